"""`python -m zimage_client` is `zimage`."""

from zimage_client.cli import main

if __name__ == "__main__":
    main()
