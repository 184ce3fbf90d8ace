package import Triage

package struct NotificationRecord: Sendable, Hashable {
    package var notification: Notification
    package var attempts: [Attempt]
    /// The message as it was last rendered before it was given up.
    package var rendered: String?

    package init(notification: Notification, attempts: [Attempt], rendered: String?) {
        self.notification = notification
        self.attempts = attempts
        self.rendered = rendered
    }
}
