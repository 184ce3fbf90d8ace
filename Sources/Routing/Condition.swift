package import Findings

/// The `when` of a rule: true when every field that is given accepts the finding. No field at all accepts everything.
package struct Condition: Sendable, Hashable {
    /// ANDed, in the order written.
    package var tests: [Test]

    package init(tests: [Test]) { self.tests = tests }

    package indirect enum Test: Sendable, Hashable {
        /// The finding's severity is one of these.
        case severity(Set<Severity>, words: [String])
        /// One of the field's values matches one of the globs, and none of them matches an excluded one.
        case field(Field, GlobSet)
        /// The event as received, narrowed to the one finding, matches the EventBridge event pattern.
        case pattern(WrittenPattern)
        case not(Condition)
        /// At least one of the conditions holds.
        case any([Condition])
    }

    /// The fields of a finding that take globs.
    ///
    /// A field with several values (`type`, `control`, `standard`, `resourceType`, `resource`, `status`, `tag`) is
    /// accepted when one of them matches and none is excluded. A field that the finding does not have is accepted by
    /// exclusions alone. `status` has our words (`ACTIVE`, `ACKNOWLEDGED`, `RESOLVED`) and the source's own (`NEW`).
    /// `tag` is compared as `key=value`, or by the key when the glob holds no `=`. ASCII case counts in `account`,
    /// `region`, `resource`, `tag`, `actor` and globs of `source` and nowhere else; names without `*` are compared as people
    /// write them, see ``SpokenName``. With `*` a `resourceType` of CloudFormation (`AWS::S3::Bucket`) is also compared as
    /// ASFF spells it (`AwsS3Bucket`).
    package enum Field: String, Sendable, Hashable, CaseIterable {
        case account, region, product, type, control, standard, resourceType, resource, title, source, status, tag
        case actor, sourceAddress
    }
}

/// An event pattern as it stands in routes.json; two are the same when their texts are.
package struct WrittenPattern: Sendable, Hashable {
    package let text: String
    package let compiled: EventPattern

    /// Compiles the pattern.
    ///
    /// - Parameter json: The pattern; positions in errors are those of the document in which it stands.
    /// - Throws: ``EventPatternError`` for the first thing that is wrong with it.
    package init(_ json: JSON) throws(EventPatternError) {
        text = json.text
        compiled = try EventPattern(json)
    }

    package static func == (left: WrittenPattern, right: WrittenPattern) -> Bool { left.text == right.text }

    package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// Strings with `*`, of which those with a leading `!` exclude.
///
/// `*` stands for any characters, none included, and there is no way to write a literal one.
package struct GlobSet: Sendable, Hashable {
    /// As written, `@group` and `!` included.
    package var words: [String]

    package init(words: [String]) { self.words = words }
}
