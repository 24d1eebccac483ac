"""Where deliveries come from: fetches what lies at an SFTP server or in S3-compatible storage into landing, one PLIE
apart from the other, and brings the acknowledgements back. With files put straight into landing there is nothing to do.
"""
