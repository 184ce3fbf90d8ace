import Findings
import GRDB
import Routing
import Store
import Triage

/// What statements call that SQLite has not. Every connection has them, since a condition stands in questions and in writes.
enum SQLFunctions {
    static func add(to db: Database) {
        db.add(function: containsFolded)
        db.add(function: isProduct)
        db.add(function: notificationNumber)
    }

    /// `is_product(product, name)`: whether the product is what the name means in a rule.
    private static let isProduct = DatabaseFunction("is_product", argumentCount: 2, pure: true) { values in
        guard let product = String.fromDatabaseValue(values[0]), let name = String.fromDatabaseValue(values[1]) else {
            return false
        }
        return ProductName(name).matches(product)
    }

    /// `notification_number(id)`: the number of the notification with this id, NULL for what is none.
    private static let notificationNumber = DatabaseFunction("notification_number", argumentCount: 1, pure: true) {
        values in
        String.fromDatabaseValue(values[0]).flatMap(NotificationSequence.number)
    }

    /// `contains_folded(text, part)`: whether the part stands in the text, whatever the case of either.
    private static let containsFolded = DatabaseFunction("contains_folded", argumentCount: 2, pure: true) { values in
        guard let text = String.fromDatabaseValue(values[0]), let part = String.fromDatabaseValue(values[1]) else {
            return false
        }
        // What SQLite cut short must not match everything.
        return FindingFilter.stands(part, in: text)
    }
}
