import Findings
import FoundationEssentials
import Testing

@Suite("when it happened")
struct OccurrenceTests {
    /// The times of a finding, in ISO 8601.
    struct Times: Sendable, CustomTestStringConvertible {
        var about: String
        var event: String
        var firstSeen: String?
        var occurred: String?
        var starts: String?
        var ends: String?

        var testDescription: String { about }
    }

    private static func event(_ source: String, _ type: String, _ detail: String) -> String {
        """
        {"version": "0", "id": "1", "source": "\(source)", "detail-type": "\(type)", "account": "111122223333",
        "region": "eu-west-1", "time": "2026-03-02T09:20:00Z", "resources": [], "detail": \(detail)}
        """
    }

    static let table: [Times] = [
        Times(
            about: "CloudTrail",
            event: event(
                "aws.signin",
                "AWS Console Sign In via CloudTrail",
                #"{"eventName": "ConsoleLogin", "eventID": "e", "eventTime": "2026-03-02T09:14:00Z"}"#
            ),
            occurred: "2026-03-02T09:14:00Z"
        ),
        Times(
            about: "CloudTrail without a time",
            event: event(
                "aws.signin",
                "AWS Console Sign In via CloudTrail",
                #"{"eventName": "CheckMfa", "eventID": "e"}"#
            ),
            occurred: "2026-03-02T09:20:00Z"
        ),
        Times(
            about: "an alarm",
            event: event(
                "aws.cloudwatch",
                "CloudWatch Alarm State Change",
                #"{"alarmName": "cpu", "state": {"value": "ALARM", "timestamp": "2026-03-02T09:13:00.000+0000"}}"#
            ),
            occurred: "2026-03-02T09:13:00Z"
        ),
        Times(
            about: "Config",
            event: event(
                "aws.config",
                "Config Rules Compliance Change",
                #"{"configRuleName": "r", "newEvaluationResult": {"complianceType": "NON_COMPLIANT", "resultRecordedTime": "2026-03-02T09:12:00.000Z"}}"#
            ),
            occurred: "2026-03-02T09:12:00Z"
        ),
        Times(
            about: "Config with the time of its notification alone",
            event: event(
                "aws.config",
                "Config Rules Compliance Change",
                #"{"configRuleName": "r", "notificationCreationTime": "2026-03-02T09:11:00.000Z", "newEvaluationResult": {"complianceType": "NON_COMPLIANT"}}"#
            ),
            occurred: "2026-03-02T09:11:00Z"
        ),
        Times(
            about: "OCSF that was created then",
            event:
                #"{"class_uid": 2004, "time": 1772442840000, "finding_info": {"uid": "u", "title": "t", "created_time": 1772439000000}}"#
        ),
        Times(
            about: "OCSF that says only when it was written",
            event: #"{"class_uid": 2004, "time": 1772442840000, "finding_info": {"uid": "u", "title": "t"}}"#,
            occurred: "2026-03-02T09:14:00Z"
        ),
        Times(
            about: "the same with the date as text",
            event:
                #"{"class_uid": 2004, "time_dt": "2026-03-02T09:14:00Z", "finding_info": {"uid": "u", "title": "t"}}"#,
            occurred: "2026-03-02T09:14:00Z"
        ),
        Times(
            about: "an exposure finding of Security Hub",
            event: event(
                "aws.securityhub",
                "Findings Imported V2",
                #"{"findings": [{"class_uid": 2004, "class_name": "Detection Finding", "time": 1772442840000, "metadata": {"product": {"name": "Exposure", "vendor_name": "AWS", "uid": "arn:aws:securityhub:eu-west-1::productv2/aws/exposure"}}, "finding_info": {"uid": "u", "title": "t", "types": ["Exposure/Potential Impact/Resource Hijacking"]}}]}"#
            ),
            occurred: "2026-03-02T09:14:00Z"
        ),
        Times(
            about: "an event of no known kind",
            event: event("my.app", "Something", #"{"a": 1}"#),
            occurred: "2026-03-02T09:20:00Z"
        ),
        Times(
            about: "planned work",
            event: event(
                "aws.health",
                "AWS Health Event",
                #"{"eventArn": "arn:aws:health:eu-west-1::event/RDS/A/A_1", "service": "RDS", "eventTypeCode": "A", "eventTypeCategory": "scheduledChange", "startTime": "Mon, 16 Mar 2026 09:00:00 GMT", "endTime": "Mon, 16 Mar 2026 10:00:00 GMT", "lastUpdatedTime": "Mon, 2 Mar 2026 09:10:00 GMT", "statusCode": "upcoming"}"#
            ),
            occurred: "2026-03-02T09:10:00Z",
            starts: "2026-03-16T09:00:00Z",
            ends: "2026-03-16T10:00:00Z"
        ),
        Times(
            about: "an outage",
            event: event(
                "aws.health",
                "AWS Health Event",
                #"{"eventArn": "arn:aws:health:eu-west-1::event/RDS/A/A_1", "service": "RDS", "eventTypeCode": "A", "eventTypeCategory": "issue", "startTime": "Mon, 2 Mar 2026 08:00:00 GMT", "statusCode": "open"}"#
            ),
            firstSeen: "2026-03-02T08:00:00Z",
            starts: "2026-03-02T08:00:00Z"
        ),
    ]

    @Test("each kind says when it came about, and planned work when it begins and ends", arguments: table)
    func times(_ given: Times) throws {
        let observations = try FindingDecoder().decode(text: given.event).observations
        let finding = try #require(observations.first?.finding)
        #expect(text(finding.firstSeenAt) == given.firstSeen)
        #expect(text(finding.occurredAt) == given.occurred)
        #expect(text(finding.startsAt) == given.starts)
        #expect(text(finding.endsAt) == given.ends)
    }

    private func text(_ date: Date?) -> String? { date?.formatted(.iso8601) }
}
