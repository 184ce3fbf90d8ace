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
            (#"{"status_id":1,"unmapped":{"RecordState":"ACTIVE"}}"#, .active),
            (#"{"state_id":1,"unmapped":{"RecordState":"ARCHIVED"}}"#, .resolved),
            (#"{"state_id":1,"unmapped":[{"name":"RecordState","value":"ARCHIVED"}]}"#, .resolved),
            (#"{"status_code":"MANUAL","status_id":99,"status":"Other"}"#, .acknowledged),
            (#"{"status_code":"MANUAL"}"#, .acknowledged),
            (#"{"status_code":"MANUAL","status_id":4,"status":"Resolved"}"#, .resolved),
            (#"{"status_code":"FAIL","status_id":99,"status":"Other"}"#, .active),
        ] as [(String, FindingStatus)]
    )
    func ocsf(text: String, status: FindingStatus) throws {
        #expect(OCSFFormat.status(try JSONDocument.parse(text)).0 == status)
    }

    @Test(
        "in a Security Finding of OCSF 1.0 the state is where it stands, and the status how it came out",
        arguments: [
            (#""state_id":1,"state":"New","status_id":1,"status":"Success""#, .active, "New"),
            (#""state_id":1,"state":"New","status_id":2,"status":"Failure""#, .active, "New"),
            (#""state_id":2,"status_id":1"#, .acknowledged, nil), (#""state_id":3,"status_id":2"#, .acknowledged, nil),
            (#""state_id":4,"state":"Resolved","status_id":2"#, .resolved, "Resolved"),
            (#""status_id":2"#, .active, nil), (#""status_id":1,"status":"Success""#, .active, nil),
            (#""status_id":1,"status":"New""#, .active, "New"),
            (#""status_id":2,"status":"In Progress""#, .acknowledged, "In Progress"),
            (#""status_id":4,"status":"Resolved""#, .resolved, "Resolved"),
            (
                #""state_id":0,"state":"New","status_id":2,"status":"Failure","compliance":{"status":"Failure"}"#,
                .active, "New/Failure"
            ),
            (
                #""state_id":0,"state":"New","status_id":1,"status":"Success","compliance":{"status":"Success"}"#,
                .resolved, "New/Success"
            ),
            (
                #""state_id":0,"state":"New","status_id":99,"status":"Other","compliance":{"status":"Other"},"#
                    + #""metadata":{"product":{"name":"Prowler"}}"#,
                .acknowledged, "New/Other"
            ),
        ] as [(String, FindingStatus, String?)]
    )
    func securityFinding(members: String, status: FindingStatus, words: String?) throws {
        for start in [#""class_uid":2001"#, #""finding":{"title":"t"}"#] {
            let (found, said) = OCSFFormat.status(try JSONDocument.parse("{\(start),\(members)}"))
            #expect(found == status, "\(start)")
            #expect(said == words)
        }
    }
}
