"""Status lists: whether a credential still holds. Pure; fetching and checking signatures is the roles' work."""
