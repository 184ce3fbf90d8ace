extension EventPattern {
    /// Anchors of which one must hold for the pattern to match.
    struct AnchorSet {
        var anchors: [Anchor]
        /// The field that holds whenever one of the anchors does, when there is such a field.
        var provenField: Int?
    }

    /// The sets that the pattern can be entered under.
    ///
    /// With several branches each gives its own most telling set, and all of them together are one set; fields that
    /// stand in every branch anchor the whole pattern as well.
    var anchorSets: [AnchorSet] {
        guard let first = branches.first else { return [] }
        if branches.count == 1 {
            return first.fields.indices.compactMap { index in
                let field = first.fields[index]
                guard let anchors = Anchor.anchors(of: field.test, at: field.path) else { return nil }
                return AnchorSet(anchors: anchors, provenField: anchors.allSatisfy(\.isProof) ? index : nil)
            }
        }
        var sets: [AnchorSet] = []
        let together = branches.compactMap { branch in
            branch.fields.compactMap { Anchor.anchors(of: $0.test, at: $0.path) }
                .min { Anchor.breadth($0) < Anchor.breadth($1) }
        }
        if together.count == branches.count { sets.append(AnchorSet(anchors: together.flatMap { $0 })) }
        for field in first.fields
        where branches.allSatisfy({ $0.fields.contains { $0.path == field.path && $0.text == field.text } }) {
            if let anchors = Anchor.anchors(of: field.test, at: field.path) { sets.append(AnchorSet(anchors: anchors)) }
        }
        return sets
    }
}
