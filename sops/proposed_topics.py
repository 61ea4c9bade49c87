"""The topics that Engraft proposes: what FACT-JACIE x5.1 asks procedures on, as far as we know it, in our words.

The standard itself numbers them; a programme that holds a copy compares and changes this list, which is its own then.
"""

PROPOSED: tuple[tuple[str, str, str, str], ...] = (
    (
        "CONFIDENCE",
        "Confidentiality",
        "What is known of donors and recipients stays with those who need it.",
        "B CM C D",
    ),
    ("RECIPIENT", "Choosing and treating recipients", "Examination, indication, plan of the treatment.", "B"),
    ("DONOR", "Choosing and testing donors", "Examination, tests, fitness and eligibility, at each age.", "B CM C"),
    ("CONSENT", "Consent", "Of donors and recipients: told in their words, asked, written down.", "B CM C"),
    ("MINORS", "Children and small donors", "What is different where the donor is young or light.", "CM C"),
    ("REGIMEN", "Conditioning", "Ordering, checking and giving the drugs before the cells.", "B"),
    ("COLLECT", "Collecting cells", "From preparing the donor to handing the cells over.", "CM C"),
    ("PHOTO", "Photopheresis", "Where it is done.", "C"),
    ("LINES", "Central lines", "Placing, checking and caring for them.", "B C"),
    ("BLOOD", "Giving blood products", "Before, during and after the procedure; irradiation.", "B CM C"),
    ("RECEIVE", "Receiving products", "What is checked when cells arrive, and who takes what cannot be taken.", "B D"),
    ("PROCESS", "Processing and its control", "Steps, end points, expected ranges, what is done outside them.", "D"),
    ("ABO", "Blood group mismatch", "Which products are changed, and how they are checked.", "D"),
    ("CRYO", "Freezing and thawing", "From adding the protectant to the bedside.", "D"),
    ("GIVE", "Giving cells", "Checking, infusing, watching; products that were released by exception.", "B"),
    (
        "TOXICITY",
        "Toxicity of immune effector cells",
        "Cytokine release and nerve toxicity: seen early, graded, treated.",
        "B",
    ),
    ("INFECTION", "Preventing infection", "Isolation, prophylaxis, what is watched.", "B"),
    (
        "MIXUP",
        "No mix-ups, no contamination",
        "One donor, one recipient, one product at a time; line clearance.",
        "CM C D",
    ),
    ("LABELS", "Labels", "Of products, samples and forms: made, checked, applied, destroyed.", "CM C D"),
    ("EXPIRY", "Dates of expiry", "How long what may be used, and who sets it.", "CM C D"),
    ("STORE", "Storing products", "Where, how long, at which temperature, and elsewhere if that fails.", "B CM C D"),
    (
        "RELEASE",
        "Release, also by exception",
        "Who lets a product go, and on which grounds where it does not conform.",
        "CM C D",
    ),
    ("TRANSPORT", "Transport", "Within and between houses: packed, watched, handed over.", "B CM C D"),
    ("RECALL", "Recalling products", "Who is told, how fast, and what becomes of the product.", "D"),
    ("DISPOSE", "Disposing of products", "Who decides, who is asked, how it is recorded.", "B D"),
    ("SUPPLIES", "Reagents and supplies", "Qualified, received, traced by lot, kept, used up in order.", "CM C D"),
    ("EQUIPMENT", "Equipment", "Operated, calibrated, maintained, and what is done when it fails.", "CM C D"),
    ("WARNINGS", "Recalls of equipment and supplies", "Warnings of makers: who reads them and acts.", "CM C D"),
    ("CLEANING", "Cleaning", "Rooms and surfaces: with what, how often, by whom.", "CM C D"),
    ("ROOMS", "Rooms and their watching", "Temperature, air, access; limits and alarms.", "B CM C D"),
    ("PROTECT", "Hygiene and protective clothing", "Hands, gloves, gowns; what is worn where.", "B CM C D"),
    ("WASTE", "Waste", "Medical and infectious waste from bin to fire.", "B CM C D"),
    (
        "DISASTER",
        "Emergencies and disasters",
        "Power, fire, flood, staff: who does what, where the cells go.",
        "B CM C D",
    ),
    ("FOLLOWUP", "Following up recipients", "Which visits and data, for how long.", "B"),
    ("REPORTS", "Reports to authorities", "Infections and reactions that others must hear of.", "B"),
)
"""(code, name, what belongs to it, parts)"""
