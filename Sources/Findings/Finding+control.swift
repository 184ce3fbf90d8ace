extension Finding {
    /// The problem that findings of one Security Hub control report together: the same control on the same resources,
    /// once for each standard that has it.
    ///
    /// Such findings have a standard's subscription in their id, and one `Compliance.SecurityControlId` (Security Hub user
    /// guide, "Consolidated control findings" and "Sample control findings"). With consolidated control findings on there
    /// is one finding anyway.
    package var controlKey: FindingKey? {
        guard kind == .securityHub, let control = controls.first, resources.isEmpty == false,
            id.hasPrefix("arn:"), id.contains(":securityhub:"), id.contains(":subscription/")
        else { return nil }
        let parts = [account ?? "", region ?? "", control, resources.map(\.id).sorted().joined(separator: " ")]
        return FindingKey(bounding: "control/" + parts.joined(separator: "/"))
    }
}
