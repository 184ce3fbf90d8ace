import Testing

@testable import Findings

@Suite("statuses")
struct StatusTests {
    @Test(
        "ASFF's four states become one",
        arguments: [
            (#"{"Workflow":{"Status":"NEW"},"RecordState":"ACTIVE"}"#, .active, "NEW/ACTIVE"),
            (#"{"Workflow":{"Status":"NEW"},"RecordState":"ARCHIVED"}"#, .resolved, "NEW/ARCHIVED"),
            (#"{"Workflow":{"Status":"NOTIFIED"},"RecordState":"ACTIVE"}"#, .acknowledged, "NOTIFIED/ACTIVE"),
            (#"{"Workflow":{"Status":"SUPPRESSED"},"RecordState":"ACTIVE"}"#, .acknowledged, "SUPPRESSED/ACTIVE"),
            (#"{"Workflow":{"Status":"RESOLVED"},"Compliance":{"Status":"FAILED"}}"#, .resolved, "RESOLVED/FAILED"),
            (#"{"Workflow":{"Status":"NOTIFIED"},"Compliance":{"Status":"PASSED"}}"#, .resolved, "NOTIFIED/PASSED"),
            (#"{"Compliance":{"Status":"WARNING"}}"#, .active, "WARNING"),
            (#"{"Compliance":{"Status":"NOT_AVAILABLE"}}"#, .active, "NOT_AVAILABLE"),
            (#"{"Workflow":{"Status":"NEW"},"WorkflowState":"RESOLVED"}"#, .active, "NEW"),
            (#"{"WorkflowState":"RESOLVED"}"#, .resolved, "RESOLVED"),
            (#"{"WorkflowState":"IN_PROGRESS"}"#, .acknowledged, "IN_PROGRESS"), ("{}", .active, nil),
        ] as [(String, FindingStatus, String?)]
    )
    func asff(text: String, status: FindingStatus, words: String?) throws {
        let (found, said) = SecurityHubFormat.status(try JSONDocument.parse(text))
        #expect(found == status)
        #expect(said == words)
    }

    @Test(
        "OCSF's status is believed, its activity only where there is none",
        arguments: [
            (#"{"activity_id":1,"status_id":1,"status":"New"}"#, .active),
            (#"{"activity_id":3,"activity_name":"Close","status_id":1,"status":"New"}"#, .active),
            (#"{"activity_id":1,"status_id":4,"status":"Resolved"}"#, .resolved),
            (#"{"activity_id":3}"#, .resolved), (#"{"status_id":2}"#, .acknowledged),
            (#"{"status_id":3}"#, .acknowledged),
            (#"{"status_id":5}"#, .resolved), (#"{"status_id":6}"#, .resolved),
            (#"{"class_uid":2005,"status_id":3,"status":"On Hold"}"#, .acknowledged),
            (#"{"class_uid":2005,"status_id":5,"status":"Closed"}"#, .resolved),
            (#"{"status_id":99,"status":"Archived"}"#, .resolved), (#"{"status_id":99,"status":"Odd"}"#, .active),
            (#"{"status":"Suppressed"}"#, .acknowledged),
            (#"{"status_id":1,"compliance":{"status":"Pass","status_id":1}}"#, .resolved),
            (#"{"status_id":1,"compliance":{"status":"PASSED"}}"#, .resolved),
            (#"{"status_id":1,"compliance":{"status":"Warning","status_id":2}}"#, .active),
            (#"{"status_id":1,"status_code":"PASS"}"#, .resolved), (#"{"status_id":1,"status_code":"FAIL"}"#, .active),
            (#"{"state":"New","state_id":1,"status":"Warning"}"#, .active), ("{}", .active),
        ] as [(String, FindingStatus)]
    )
    func ocsf(text: String, status: FindingStatus) throws {
        #expect(OCSFFormat.status(try JSONDocument.parse(text)).0 == status)
    }
}
