/** The example of a configuration. `examples/node.yaml` is the same text. */

/** What `commonwatt node init` writes: every field with a comment. */
export const EXAMPLE_CONFIG = `# A community's node. Start it with: commonwatt node --config node.yaml

# The ledger's name; the origin line of its signed checkpoints.
name: commonwatt/lindenstrasse
# Ledger and encrypted personal records. A new ledger begins here when the folder is empty.
dir: ./ledger

# Only this machine may connect unless you say otherwise; put a TLS proxy in front before you do.
listen:
  host: 127.0.0.1
  port: 8080

# The officer's key: make it with 'commonwatt key new'. The password comes from a file of yours
# (mode 0600) or from the environment variable COMMONWATT_PASSWORD.
officer:
  keystore: officer.keystore.json
  passwordFile: officer.password

# The fields from here to 'markets' count when the ledger begins; later the ledger decides.
currency: EUR
# Officers besides yours, and how many of a role must decide together:
# officers:
#   - publicKey: 64 hex digits
#     agreementKey: 64 hex digits
#     roles: checker auditor
thresholds:
  registrar: 1
  treasurer: 1
  operator: 1
  checker: 1
recoveryDelayHours: 72
markets:
  - number: 1
    name: street
    # Or another auction of 'commonwatt clear --list' that can be the rule of a market, such as average or
    # continuous; its parameters are 'settings: { reserve: 40 }', and k is kThousandths. With 'mechanism: zonal' the
    # feeders of the meters count: 'network: [{ from: north, limitWh: 5000 }]' is a line to the rest.
    mechanism: uniform
    slotMinutes: 15
    gateLeadMinutes: 5
    horizonHours: 48
    # ct/kWh
    priceLeast: -50
    priceMost: 100
    kThousandths: 500
  # Where members agree with each other: offer, request, reply, counter, accept.
  - number: 2
    name: between neighbours
    mechanism: negotiation
    slotMinutes: 15
    gateLeadMinutes: 5
    horizonHours: 48
    priceLeast: -50
    priceMost: 100
    # Offers and counter-offers in one negotiation.
    roundsMax: 20

# Yardsticks shown beside the community's price, in ct/kWh.
tariff:
  supplierPrice: 32
  feedInPrice: 8

# Where the community's days begin, for statements and bills.
timeZone: UTC
# What bills are made by: without it there are statements and no bills. Every field: see the README of
# edge/node. Members need a record (commonwatt billing record), then: commonwatt billing preview
# billing:
#   issuer:
#     name: Energy community of our street
#     street: Lindengasse 1
#     postcode: '1070'
#     city: Wien
#     country: AT
#     status: registered
#     vatNumber: ATU12345678
#   rules:
#     name: Our rules
#     version: 1
#     vatRates:
#       - percent: 20

settlement:
  periodMinutes: 1440
  # Late readings are waited for so long after a period is over.
  graceMinutes: 120
  # Late and corrected readings of a settled period are gathered so long; then they are settled by difference.
  correctionMinutes: 1440
  # So long after its end a period is settled provisionally; 0 makes the first run the final one.
  finalAfterDays: 0
# Counts when the ledger begins; later the settlement policy decides. A run stands open to its members' disputes
# so long before it takes effect; what of it is disputed is held back until checkers decide, at most so long.
disputes:
  reviewHours: 24
  heldDays: 14
readingAcceptanceDays: 7
# A provider may deliver values so long after their slot; later they correct no settlement.
readingCorrectionDays: 92
# Where the community is, in degrees: solar meters that export at night are marked.
# site:
#   latitude: 52.5
#   longitude: 13.4

# Certificates of renewable energy, on a ledger of their own beside this one, in the folder certificates of
# 'dir'. Coin and entitlements cross between the two by proof; a member has the same key on both. All but
# finalityBlocks counts when it begins; periods are counted from 1 January of that year.
# certificates:
#   name: commonwatt/lindenstrasse/certificates
#   periodDays: 365
#   # Blocks that must stand behind what left a ledger before the other takes it.
#   finalityBlocks: 0

# A clock of this machine that steps by more than the tolerance is told in the log, and followed when
# it has stood so long (0: never by itself), or when an operator says: commonwatt clock --confirm STEP
clock:
  toleranceSeconds: 30
  followAfterMinutes: 60
  # How long the node may have been down when the clock is believed at the start.
  restartGapDays: 7

# Devices that send their counters over MQTT: see docs/meters.md. 'broker' in the place of 'listen'
# listens to another's broker.
# mqtt:
#   listen:
#     host: 127.0.0.1
#     port: 1883
#     certificateFile: mqtt.pem, for TLS, then at the port 8883
#     keyFile: mqtt.key
#   gateway:
#     keystore: gateway.keystore.json
#     passwordFile: gateway.password
#   devices:
#     - username: house-1
#       passwordHash: what 'commonwatt mqtt password' prints
#       meter: 1
#       topic: tele/house-1/SENSOR
#       payload: tasmota

# Independent witnesses that cosign the checkpoints ('commonwatt witness --show-key' prints a vkey),
# and how many of them make a checkpoint a cosigned one.
# witnesses:
#   - name: neighbour
#     url: https://witness.example.org
#     vkey: witness.example.org+...
# witnessThreshold: 1
logLevel: info
`;
