"""EMREX over HTTP: our organisations as providers of results (EMP), and learners who fetch results (EMC)."""
