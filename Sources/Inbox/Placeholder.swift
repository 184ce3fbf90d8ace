enum InboxPlaceholder {}
