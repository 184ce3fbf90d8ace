import Findings
import Testing

@Suite("a finding as JSON")
struct FindingJSONTests {
    @Test("the keys that scripts rely on come first and in order, in every kind", arguments: Fixture.all)
    func order(fixture: String) throws {
        let expected = [
            "key", "source", "kind", "id", "title", "description", "severity", "account", "region", "status", "product",
            "resources", "createdAt", "updatedAt", "url",
        ]
        for finding in try Fixture.findings(fixture) {
            let json = try JSONDocument.parse(finding.json.bytes)
            #expect(json.members.prefix(expected.count).map(\.key) == expected)
            #expect(json["title"]?.string?.isEmpty == false)
            #expect(json["key"]?.string?.isEmpty == false)
            for resource in json["resources"]?.elements ?? [] {
                #expect(resource.members.map(\.key) == ["id", "type", "region"])
            }
        }
    }

    @Test("what the source does not give is null")
    func nulls() throws {
        let json = try JSONDocument.parse(Fixture.finding("config/custom-rule-input").json.bytes)
        #expect(json["region"]?.isNull == true)
        #expect(json["updatedAt"]?.isNull == true)
        #expect(json["url"]?.isNull == true)
    }
}
