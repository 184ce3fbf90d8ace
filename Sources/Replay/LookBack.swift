/// How far back previews, replays, counts and coverage look.
package enum LookBack {
    /// Days, where nobody says otherwise.
    package static let usualDays = 7
}
