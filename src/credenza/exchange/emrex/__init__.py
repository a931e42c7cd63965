"""EMREX: a student takes results from one institution (EMP, provider) to another (EMC, client).

``registry`` says who the providers are and with which keys they sign; ``provider`` and ``client`` are the two ends of
the browser's form posts as pure steps, (state, message) -> (state, reply); ``identity`` compares the person in the
results with the person who asked for them.
"""
