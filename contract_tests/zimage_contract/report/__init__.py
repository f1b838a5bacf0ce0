"""Shows a report: on a console, as JSON, JUnit XML, HTML, and its traffic as a HAR file."""
