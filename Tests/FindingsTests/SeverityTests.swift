import Testing

@testable import Findings

@Suite("severities")
struct SeverityTests {
    @Test(
        "ASFF's normalized number has the label that AWS gives it",
        arguments: [
            (0, .informational), (1, .low), (39, .low), (39.5, .low), (40, .medium), (69, .medium), (70, .high),
            (89, .high),
            (90, .critical), (100, .critical), (101, nil), (-1, nil),
        ] as [(Double, Severity?)]
    )
    func normalized(value: Double, expected: Severity?) { #expect(Severity(normalized: value) == expected) }

    @Test(
        "GuardDuty's number has the label of its band",
        arguments: [
            (0, nil), (0.1, .low), (1, .low), (3.9, .low), (3.95, .low), (4, .medium), (6.9, .medium), (7, .high),
            (8.9, .high),
            (8.95, .high), (9, .critical), (10, .critical), (10.1, nil), (-1, nil), (.nan, nil),
        ] as [(Double, Severity?)]
    )
    func guardDuty(value: Double, expected: Severity?) { #expect(Severity(guardDuty: value) == expected) }

    @Test(
        "in ASFF the label wins over the number and the customer over the provider",
        arguments: [
            (#"{"Severity":{"Label":"LOW","Normalized":90}}"#, .low),
            (#"{"Severity":{"Normalized":6,"Product":0}}"#, .low),
            (#"{"Severity":{"Label":"HIGH"},"FindingProviderFields":{"Severity":{"Label":"LOW"}}}"#, .high),
            (#"{"Severity":{"Normalized":0},"FindingProviderFields":{"Severity":{"Label":"LOW"}}}"#, .informational),
            (#"{"FindingProviderFields":{"Severity":{"Label":"CRITICAL"}}}"#, .critical),
            (#"{"FindingProviderFields":{"Severity":{"Normalized":70}}}"#, .high),
            (#"{"Severity":{"Product":8,"Original":"HIGH"}}"#, .unknown), (#"{"Severity":null}"#, .unknown),
            ("{}", .unknown),
            (#"{"Severity":{},"ProductFields":{"aws/securityhub/SeverityLabel":"MEDIUM"}}"#, .medium),
            (#"{"Severity":{"Label":"medium"}}"#, .medium),
            (#"{"Severity":{"Label":"SEVERE","Normalized":40}}"#, .medium),
            (#"{"Severity":{"Normalized":"40"}}"#, .unknown),
        ] as [(String, Severity)]
    )
    func asff(text: String, expected: Severity) throws {
        let json = try JSONDocument.parse(text)
        #expect(SecurityHubFormat.severity(json, json["ProductFields"]) == expected)
    }

    @Test(
        "in OCSF the id decides, and the caption where the id does not",
        arguments: [
            (#"{"severity_id":0}"#, .unknown), (#"{"severity_id":1}"#, .informational), (#"{"severity_id":2}"#, .low),
            (#"{"severity_id":3}"#, .medium), (#"{"severity_id":4}"#, .high), (#"{"severity_id":5}"#, .critical),
            (#"{"severity_id":6}"#, .critical), (#"{"severity_id":99}"#, .unknown),
            (#"{"severity_id":99,"severity":"High"}"#, .high), (#"{"severity":"Fatal"}"#, .critical),
            (#"{"severity_id":2,"severity":"High","vendor_attributes":{"severity_id":5}}"#, .low), ("{}", .unknown),
            (#"{"severity":"Informational"}"#, .informational),
        ] as [(String, Severity)]
    )
    func ocsf(text: String, expected: Severity) throws {
        #expect(OCSFFormat.severity(try JSONDocument.parse(text)) == expected)
    }

    @Test("routes.json's severities replace the documented ones")
    func defaults() throws {
        let decoder = FindingDecoder(defaults: SeverityDefaults(values: [.configNonCompliant: .critical]))
        let finding = try #require(try decoder.decode(Fixture.bytes("config/noncompliant")).observations.first?.finding)
        #expect(finding.severity == .critical)
    }
}
