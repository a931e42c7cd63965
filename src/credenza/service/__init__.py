"""The web service: a Django project whose apps are named by role, its views thin over the roles of the core."""
