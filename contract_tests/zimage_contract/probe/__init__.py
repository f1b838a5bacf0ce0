"""Makes transcripts of a gateway."""
