"""The made-up campaign: contract-exact deliveries of people who do not exist, calibrated on the published figures."""

from ingestion.sample.campaign import CampaignSummary, write_campaign

__all__ = ["CampaignSummary", "write_campaign"]
