import Findings
import NoroshiTestSupport
import Testing

@testable import Routing

@Suite("Findings made of fields")
struct ObservationFieldsTests {
    @Test("the witness of a finding makes the same finding again, as far as rules look")
    func roundTrip() throws {
        let text = """
            {"severity":"HIGH","account":"111122223333","region":"eu-central-1","product":"GuardDuty","type":["a/b"],\
            "control":["S3.8"],"standard":["x"],"resourceType":["AwsS3Bucket"],"resource":["arn:aws:s3:::b"],"title":"t",\
            "source":"aws.guardduty","status":"ACTIVE","statusText":"NEW","actor":"me","sourceAddress":"192.0.2.1",\
            "tag":["team=a"],"event":{"detail":{"x":1}}}
            """
        #expect(try Observation(fields: JSONDocument.parse(text)).witness.text == text)
    }

    @Test("everything that is wrong is named, with the nearest word")
    func faults() throws {
        let json = try JSONDocument.parse(#"{"sevrity":"HIGH","severity":"worst","account":1,"type":[1],"event":[]}"#)
        let error = #expect(throws: ObservationFieldsError.self) { try Observation(fields: json) }
        #expect(error?.faults.map(\.pointer) == ["/sevrity", "/severity", "/account", "/type", "/event"])
        #expect(error?.faults.first?.detail.contains("severity") == true)
    }
}
