"""Who stands behind a key: DIDs, JWT issuers, certificates, EU trusted lists, accreditation. Pure."""
