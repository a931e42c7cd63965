"""The evaluator's role: does a verified credential count here? It compares, keeps the case, decides by rule, and says why.

Council Recommendation 2022/C 243/02, principle 6; Lisbon Recognition Convention (ETS 165) and its Committee's
Recommendation on fair recognition. Everything is pure: the time, the register and the model are arguments.
"""
