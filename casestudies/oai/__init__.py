"""Cases for libraries: OAI-PMH 2.0 with Dublin Core, at `/oai`.

Own code, since `oai-repo` pages a list by offset, so that records are left out when cases change
while it is harvested, and lets repeated arguments pass.
"""
