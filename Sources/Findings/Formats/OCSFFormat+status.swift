extension OCSFFormat {
    /// What the status says, and whether the check behind it passed.
    ///
    /// The activity decides only where no status is given: real findings say Close with status New, and Create with
    /// status Resolved.
    static func status(_ json: JSON) -> (FindingStatus, String?) {
        let compliance = json["compliance"]
        let (standing, caption) = standing(json)
        let outcome = compliance?.text("status") ?? json.text("status_code")
        let words = [caption, outcome].compactMap { $0 }
        let text = words.isEmpty ? nil : words.joined(separator: "/")
        let passed =
            compliance?["status_id"]?.integer == 1 || ["PASS", "PASSED"].contains(outcome?.uppercased())
            || compliance?.text("status")?.uppercased() == "SUCCESS"
        if passed || unmapped(json, "RecordState") == "ARCHIVED" { return (.resolved, text) }
        if isManualCheck(json), [0, 1, 99].contains(standing ?? 1) { return (.acknowledged, text) }
        let isIncident = json["class_uid"]?.integer == 2005
        switch standing {
        case 1: return (.active, text)
        case 2: return (.acknowledged, text)
        case 3: return (.acknowledged, text)
        case 4, 5, 6: return (.resolved, text)
        default: break
        }
        switch caption?.lowercased() {
        case "resolved", "archived", "closed", "deleted": return (.resolved, text)
        case "suppressed": return (.acknowledged, text)
        case "in progress", "on hold": return (.acknowledged, text)
        case nil: return (json["activity_id"]?.integer == 3 && isIncident == false ? .resolved : .active, text)
        default: return (.active, text)
        }
    }

    /// Where the finding stands, as a number and in words.
    ///
    /// In class 2001 (OCSF 1.0, "Security Finding") that is the state, and the status is how the event came out: 1 is
    /// Success, and 2 Failure.
    private static func standing(_ json: JSON) -> (number: Int?, caption: String?) {
        let state = json["state_id"]?.integer
        let status = json["status_id"]?.integer
        guard isSecurityFinding(json) else {
            return (status ?? state, json.text("status") ?? json.text("state"))
        }
        if state ?? 0 != 0 || json.text("state") != nil { return (state, json.text("state") ?? json.text("status")) }
        // Some give no state, and say in the status where the finding stands.
        let word = json.text("status")?.lowercased()
        let isOutcome = status == 1 && word != "new" || status == 2 && word != "in progress"
        return isOutcome || ["success", "failure"].contains(word) ? (nil, nil) : (status, json.text("status"))
    }

    private static func isSecurityFinding(_ json: JSON) -> Bool {
        json["class_uid"]?.integer == 2001 || json["finding"] != nil && json["finding_info"] == nil
    }

    /// Whether it is one of Prowler's checks that a person has to make, as its `status_code` says; Prowler 3 says it where
    /// others say whether a check passed.
    private static func isManualCheck(_ json: JSON) -> Bool {
        if json.text("status_code")?.uppercased() == "MANUAL" { return true }
        let isProwler = json["metadata"]?["product"]?.text("name") == "Prowler"
        return isProwler && isSecurityFinding(json)
            && ["MANUAL", "OTHER"].contains(json.text("compliance", "status")?.uppercased())
    }
}
