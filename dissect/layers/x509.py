"""The fields of X.509 certificates (RFC 5280) and what they are made of, under the names of the modules that define them.

What fills them is in `certificates`.
"""

from __future__ import annotations

from dissect.engine.fields import (
    ABSOLUTE_TIME,
    BOOLEAN,
    INT32,
    OID,
    STRING,
    UINT8,
    UINT16,
    UINT32,
    UINT64,
    Field,
    flag,
    group,
    ipv4,
    ipv6,
    raw,
)
from dissect.engine.layer import Layer


def _flags(prefix: str, *names: str) -> tuple[Field, ...]:
    """The bits of a bit string of up to two octets, from the first on."""
    return tuple(flag(None, f"{prefix}.{name}", name, 0x80 >> i % 8, 1) for i, name in enumerate(names))


class BER(Layer):
    """What BER itself has: the octet before a bit string's bits."""

    name, label = "ber", "Basic Encoding Rules (ASN.1 X.690)"
    padding = Field("ber.bitstring.padding", "Padding", UINT8)


class X509AF(Layer):
    """X.509's authentication framework: certificates."""

    name, label = "x509af", "X.509 Authentication Framework"

    algorithm_id = Field("x509af.algorithm.id", "Algorithm Id", OID)
    extension_id = Field("x509af.extension.id", "Extension Id", OID)
    signed = group("x509af.signedCertificate_element", "signedCertificate")
    version = Field("x509af.version", "version", INT32, names={0: "v1", 1: "v2", 2: "v3"})
    serial = raw(None, "x509af.serialNumber", "serialNumber")
    signature = group("x509af.signature_element", "signature")
    issuer = Field("x509af.issuer", "issuer", UINT32, names={0: "rdnSequence"})
    validity = group("x509af.validity_element", "validity")
    subject = Field("x509af.subject", "subject", UINT32, names={0: "rdnSequence"})
    rdns = Field("x509af.rdnSequence", "rdnSequence", UINT32)
    not_before = Field("x509af.notBefore", "notBefore", UINT32, names={0: "utcTime", 1: "generalizedTime"})
    not_after = Field("x509af.notAfter", "notAfter", UINT32, names={0: "utcTime", 1: "generalizedTime"})
    utc_time = Field("x509af.utcTime", "utcTime", STRING)
    generalized = Field("x509af.generalizedTime", "generalizedTime", ABSOLUTE_TIME)
    key_info = group("x509af.subjectPublicKeyInfo_element", "subjectPublicKeyInfo")
    algorithm = group("x509af.algorithm_element", "algorithm")
    key = raw(None, "x509af.subjectPublicKey", "subjectPublicKey")
    issuer_id = raw(None, "x509af.issuerUniqueIdentifier", "issuerUniqueIdentifier")
    subject_id = raw(None, "x509af.subjectUniqueIdentifier", "subjectUniqueIdentifier")
    extensions = Field("x509af.extensions", "extensions", UINT32)
    extension = group("x509af.Extension_element", "Extension")
    critical = Field("x509af.critical", "critical", BOOLEAN)
    algorithm_identifier = group("x509af.algorithmIdentifier_element", "algorithmIdentifier")
    encrypted = raw(None, "x509af.encrypted", "encrypted")
    dss = group("x509af.DSS_Params_element", "DSS-Params")
    p = raw(None, "x509af.p", "p")
    q = raw(None, "x509af.q", "q")
    g = raw(None, "x509af.g", "g")


class X509IF(Layer):
    """X.501's information framework: names."""

    name, label = "x509if", "X.509 Information Framework"

    oid = Field("x509if.oid", "Object Id", OID)
    rdns = Field("x509if.rdnSequence", "rdnSequence", UINT32)
    rdn = Field("x509if.RDNSequence_item", "RDNSequence item", UINT32)
    item = group("x509if.RelativeDistinguishedName_item_element", "RelativeDistinguishedName item")


CHOICES = {0: "teletexString", 1: "printableString", 2: "universalString", 3: "bmpString", 4: "uTF8String"}


class X509SAT(Layer):
    """X.520's selected attribute types: what names are made of."""

    name, label = "x509sat", "X.509 Selected Attribute Types"

    directory = Field("x509sat.DirectoryString", "DirectoryString", UINT32, names=CHOICES)
    choices = tuple(Field(f"x509sat.{name}", name, STRING) for name in CHOICES.values())
    country = Field("x509sat.CountryName", "CountryName", STRING)
    telephone = Field("x509sat.TelephoneNumber", "TelephoneNumber", STRING)
    printable = Field("x509sat.PrintableString", "PrintableString", STRING)
    ia5 = Field("x509sat.IA5String", "IA5String", STRING)
    utf8 = Field("x509sat.UTF8String", "UTF8String", STRING)


GENERAL_NAMES = {
    0: "otherName", 1: "rfc822Name", 2: "dNSName", 3: "x400Address", 4: "directoryName", 5: "ediPartyName",
    6: "uniformResourceIdentifier", 7: "iPAddress", 8: "registeredID",
}  # fmt: skip
USAGES = (
    "digitalSignature", "contentCommitment", "keyEncipherment", "dataEncipherment", "keyAgreement", "keyCertSign", "cRLSign",
    "encipherOnly", "decipherOnly",
)  # fmt: skip
REASONS = (
    "unused", "keyCompromise", "cACompromise", "affiliationChanged", "superseded", "cessationOfOperation", "certificateHold",
    "privilegeWithdrawn", "aACompromise",
)  # fmt: skip


class X509CE(Layer):
    """X.509's certificate extensions."""

    name, label = "x509ce", "X.509 Certificate Extensions"

    constraints = group("x509ce.BasicConstraintsSyntax_element", "BasicConstraintsSyntax")
    ca = Field("x509ce.cA", "cA", BOOLEAN)
    path_length = Field("x509ce.pathLenConstraint", "pathLenConstraint", UINT64)
    usage = raw(None, "x509ce.KeyUsage", "KeyUsage")
    usages = _flags("x509ce.KeyUsage", *USAGES)
    purposes = Field("x509ce.KeyPurposeIDs", "KeyPurposeIDs", UINT32)
    purpose = Field("x509ce.KeyPurposeId", "KeyPurposeId", OID)
    subject_key = raw(None, "x509ce.SubjectKeyIdentifier", "SubjectKeyIdentifier")
    authority_key = group("x509ce.AuthorityKeyIdentifier_element", "AuthorityKeyIdentifier")
    key_id = raw(None, "x509ce.keyIdentifier", "keyIdentifier")
    authority_issuer = Field("x509ce.authorityCertIssuer", "authorityCertIssuer", UINT32)
    authority_serial = raw(None, "x509ce.authorityCertSerialNumber", "authorityCertSerialNumber")
    general_names = Field("x509ce.GeneralNames", "GeneralNames", UINT32)
    general_name = Field("x509ce.GeneralName", "GeneralName", UINT32, names=GENERAL_NAMES)
    other_name = group("x509ce.otherName_element", "otherName")
    type_id = Field("x509ce.type_id", "type-id", OID)
    rfc822 = Field("x509ce.rfc822Name", "rfc822Name", STRING)
    dns = Field("x509ce.dNSName", "dNSName", STRING)
    directory_name = Field("x509ce.directoryName", "directoryName", UINT32, names={0: "rdnSequence"})
    uri = Field("x509ce.uniformResourceIdentifier", "uniformResourceIdentifier", STRING)
    ip4 = ipv4(None, "x509ce.IPAddress.ipv4", "iPAddress")
    ip6 = ipv6(None, "x509ce.IPAddress.ipv6", "iPAddress")
    registered = Field("x509ce.registeredID", "registeredID", OID)
    policies = Field("x509ce.CertificatePoliciesSyntax", "CertificatePoliciesSyntax", UINT32)
    policy = group("x509ce.PolicyInformation_element", "PolicyInformation")
    policy_id = Field("x509ce.policyIdentifier", "policyIdentifier", OID)
    qualifiers = Field("x509ce.policyQualifiers", "policyQualifiers", UINT32)
    qualifier = group("x509ce.PolicyQualifierInfo_element", "PolicyQualifierInfo")
    qualifier_id = Field("x509ce.id", "Id", OID)
    points = Field("x509ce.CRLDistPointsSyntax", "CRLDistPointsSyntax", UINT32)
    point = group("x509ce.DistributionPoint_element", "DistributionPoint")
    point_name = Field(
        "x509ce.distributionPoint", "distributionPoint", UINT32, names={0: "fullName", 1: "nameRelativeToCRLIssuer"}
    )
    full_name = Field("x509ce.fullName", "fullName", UINT32)
    reasons = raw(None, "x509ce.reasons", "reasons")
    reason_flags = _flags("x509ce.ReasonFlags", *REASONS)
    crl_issuer = Field("x509ce.cRLIssuer", "cRLIssuer", UINT32)
    name_constraints = group("x509ce.NameConstraintsSyntax_element", "NameConstraintsSyntax")
    permitted = Field("x509ce.permittedSubtrees", "permittedSubtrees", UINT32)
    excluded = Field("x509ce.excludedSubtrees", "excludedSubtrees", UINT32)
    subtree = group("x509ce.GeneralSubtree_element", "GeneralSubtree")
    base_name = Field("x509ce.base", "base", UINT32, names=GENERAL_NAMES)
    policy_constraints = group("x509ce.PolicyConstraintsSyntax_element", "PolicyConstraintsSyntax")
    explicit_policy = Field("x509ce.requireExplicitPolicy", "requireExplicitPolicy", UINT64)
    inhibit_mapping = Field("x509ce.inhibitPolicyMapping", "inhibitPolicyMapping", UINT64)
    skip_certs = Field("x509ce.SkipCerts", "SkipCerts", UINT64)
    usage_period = group("x509ce.PrivateKeyUsagePeriod_element", "PrivateKeyUsagePeriod")
    period_from = Field("x509ce.notBefore", "notBefore", ABSOLUTE_TIME)
    period_to = Field("x509ce.notAfter", "notAfter", ABSOLUTE_TIME)


DISPLAYED = {0: "ia5String", 1: "visibleString", 2: "bmpString", 3: "utf8String"}


class PKIX1Implicit(Layer):
    """What PKIX defines with implicit tags."""

    name, label = "pkix1implicit", "PKIX1Implicit"

    access = Field("pkix1implicit.AuthorityInfoAccessSyntax", "AuthorityInfoAccessSyntax", UINT32)
    description = group("pkix1implicit.AccessDescription_element", "AccessDescription")
    method = Field("pkix1implicit.accessMethod", "accessMethod", OID)
    location = Field("pkix1implicit.accessLocation", "accessLocation", UINT32)
    notice = group("pkix1implicit.UserNotice_element", "UserNotice")
    reference = group("pkix1implicit.noticeRef_element", "noticeRef")
    organization = Field("pkix1implicit.organization", "organization", UINT32, names=DISPLAYED)
    numbers = Field("pkix1implicit.noticeNumbers", "noticeNumbers", UINT32)
    number = Field("pkix1implicit.noticeNumbers_item", "noticeNumbers item", INT32)
    explicit = Field("pkix1implicit.explicitText", "explicitText", UINT32, names=DISPLAYED)
    displayed = tuple(Field(f"pkix1implicit.{name}", name, STRING) for name in DISPLAYED.values())


class PKIX1Explicit(Layer):
    """What PKIX defines with explicit tags."""

    name, label = "pkix1explicit", "PKIX1Explicit"

    id = Field("pkix1explicit.id", "Id", STRING)
    extension = group("pkix1explicit.Extension_element", "Extension")
    critical = Field("pkix1explicit.critical", "critical", BOOLEAN)
    directory = Field("pkix1explicit.DirectoryString", "DirectoryString", STRING)
    features = Field("pkix1explicit.Features", "Features", UINT32)
    feature = Field("pkix1explicit.Features_item", "Features item", UINT16, names={5: "status_request", 17: "status_request_v2"})


class PKCS1(Layer):
    """Keys of RSA (RFC 8017) and of elliptic curves (RFC 5480)."""

    name, label = "pkcs-1", "PKCS#1"

    modulus = raw(None, "pkcs1.modulus", "modulus")
    exponent = Field("pkcs1.publicExponent", "publicExponent", INT32)
    curve = Field("pkcs1.ECParameters", "ECParameters", UINT32, names={0: "ecParameters", 1: "namedCurve", 2: "implicitlyCA"})
    named_curve = Field("pkcs1.namedCurve", "namedCurve", OID)
    pss = group("pkcs1.RSASSA_PSS_params_element", "RSASSA-PSS-params")
    hash = group("pkcs1.hashAlgorithm_element", "hashAlgorithm")
    mask = group("pkcs1.maskGenAlgorithm_element", "maskGenAlgorithm")
    mask_hash = group("pkcs1.HashAlgorithm_element", "HashAlgorithm")
    salt = Field("pkcs1.saltLength", "saltLength", INT32)
    trailer_field = Field("pkcs1.trailerField", "trailerField", INT32)


class NetscapeExtensions(Layer):
    """Netscape's certificate extensions."""

    name, label = "ns_cert_exts", "NetScape Certificate Extensions"

    type = raw(None, "ns_cert_exts.CertType", "CertType")
    types = _flags(
        "ns.cert.exts.CertType", "ssl.client", "ssl.server", "smime", "object.signing", "reserved.for.future.use",
        "ssl.ca", "smime.ca", "object.signing.ca",
    )  # fmt: skip
    comment = Field("ns_cert_exts.Comment", "Comment", STRING)


class OCSP(Layer):
    """Answers about certificates' states (RFC 6960)."""

    name, label = "ocsp", "Online Certificate Status Protocol"

    response = group("ocsp", "OCSP Response")
    status = Field(
        "ocsp.responseStatus", "responseStatus", UINT32,
        names={0: "successful", 1: "malformedRequest", 2: "internalError", 3: "tryLater", 5: "sigRequired", 6: "unauthorized"},
    )  # fmt: skip
    octets_of = group("ocsp.responseBytes_element", "responseBytes")
    type_id = Field("ocsp.responseType.id", "ResponseType Id", STRING)
    basic = group("ocsp.BasicOCSPResponse_element", "BasicOCSPResponse")
    data = group("ocsp.tbsResponseData_element", "tbsResponseData")
    version = Field("ocsp.version", "version", INT32)
    responder = Field("ocsp.responderID", "responderID", UINT32, names={1: "byName", 2: "byKey"})
    by_name = Field("ocsp.byName", "byName", UINT32)
    by_key = raw(None, "ocsp.byKey", "byKey")
    produced = Field("ocsp.producedAt", "producedAt", ABSOLUTE_TIME)
    responses = Field("ocsp.responses", "responses", UINT32)
    single = group("ocsp.SingleResponse_element", "SingleResponse")
    certificate_id = group("ocsp.certID_element", "certID")
    hash_algorithm = group("ocsp.hashAlgorithm_element", "hashAlgorithm")
    name_hash = raw(None, "ocsp.issuerNameHash", "issuerNameHash")
    key_hash = raw(None, "ocsp.issuerKeyHash", "issuerKeyHash")
    serial = raw(None, "ocsp.serialNumber", "serialNumber")
    state = Field("ocsp.certStatus", "certStatus", UINT32, names={0: "good", 1: "revoked", 2: "unknown"})
    good = group("ocsp.good_element", "good")
    revoked = group("ocsp.revoked_element", "revoked")
    unknown = group("ocsp.unknown_element", "unknown")
    revocation_time = Field("ocsp.revocationTime", "revocationTime", ABSOLUTE_TIME)
    revocation_reason = Field("ocsp.revocationReason", "revocationReason", UINT32)
    this_update = Field("ocsp.thisUpdate", "thisUpdate", ABSOLUTE_TIME)
    next_update = Field("ocsp.nextUpdate", "nextUpdate", ABSOLUTE_TIME)
    single_extensions = Field("ocsp.singleExtensions", "singleExtensions", UINT32)
    extensions = Field("ocsp.responseExtensions", "responseExtensions", UINT32)
    nonce = raw(None, "ocsp.ReOcspNonce", "ReOcspNonce")
    signature_algorithm = group("ocsp.signatureAlgorithm_element", "signatureAlgorithm")
    signature = raw(None, "ocsp.signature", "signature")
    certificates = Field("ocsp.certs", "certs", UINT32)
    certificate = group("ocsp.Certificate_element", "Certificate")
    no_check = group("ocsp.NULL_element", "NULL")


MODULES = ("x509af", "x509if", "x509sat", "x509ce", "pkix1implicit", "pkix1explicit", "pkcs-1", "ns_cert_exts", "ocsp", "ber")
