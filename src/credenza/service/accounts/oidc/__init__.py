"""OpenID Connect sign-in: allauth's provider with every check of the specification switched on."""
