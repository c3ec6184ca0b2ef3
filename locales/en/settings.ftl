# What a reader may set.
settings-title = Settings
settings-language = Language
settings-language-hint = Of the window. What customers write stays in theirs.
settings-theme = Look
settings-theme-system = As the system
settings-theme-light = Light
settings-theme-dark = Dark
settings-theme-contrast = High contrast
settings-density = Density
settings-density-dense = Dense
settings-density-cosy = Cosy
settings-density-roomy = Roomy
settings-keys = Keys
settings-keys-preset = Keys like
settings-keys-change = Change
settings-keys-press = Press the keys, Enter to keep, Esc to leave
settings-keys-taken = Already used for: { $command }
settings-keys-reset = As it was
settings-keys-reset-all = All as they were
settings-keys-none = no key
keys-fault-empty = Press a key.
keys-fault-too-long = At most three keys after another.
keys-fault-alt-with-character = Alt with a letter writes characters on many keyboards; choose another.
keys-fault-unknown = This key cannot be used.
settings-error = The settings could not be read
preset-holdfast = Holdfast
preset-zendesk = Zendesk
settings-undo = Undo send
settings-undo-hint = How long a message waits, so that you can take it back.
settings-undo-seconds = { $n ->
    [0] Not at all
    [one] 1 second
   *[other] { $n } seconds
}
settings-quiet = Quiet hours
settings-quiet-hint = No notifications then, but of a P0.
settings-quiet-never = Never
settings-quiet-from = Quiet from
settings-quiet-to = Quiet until
settings-keys-change-of = Change the keys of: { $command }
settings-keys-remove = No key for this

settings-secured = Connection to the server
settings-secured-none = Without TLS, on this computer only
settings-secured-agreed = Agreed on
settings-secured-why = Believed because
settings-secured-pinned = Its key is pinned
settings-secured-authority = An authority that this computer trusts vouches for it
settings-secured-certificate = Certificate, SHA-256
settings-secured-key = Public key, SHA-256 (the pin)
