"""Makes transcripts of programs that call the gateway, and judges them."""
