# Signing in, unlocking, signing out.
session-title = Sign in to Holdfast
session-lead = Your work address and password. After that this desk works without a network, too.
session-server = Server
session-server-hint = The address your company gave you
session-login = Work address
session-password = Password
session-sign-in = Sign in
session-signing-in = Signing in
session-language = Language
session-other-person = Somebody else
session-profiles = On this computer

unlock-title = Unlock this computer
unlock-lead = Your tickets are here, encrypted.
unlock-passphrase = Passphrase
unlock-passphrase-hint = The one you wrote down, or chose, when you first signed in here
unlock-do = Unlock
unlock-saved-here = { $n ->
    [0] Nothing waits to be sent.
    [one] 1 change saved here.
   *[other] { $n } changes saved here.
}

passphrase-title = Choose a passphrase
passphrase-no-keyring = This computer has no keyring. Your passphrase is the only key to your tickets here.
passphrase-again = The same again
passphrase-differs = The two are not the same.
passphrase-set = Keep it
passphrase-show-recovery = Write this down

sign-out = Sign out
sign-out-title = Sign out of this computer?
sign-out-unsent = { $n ->
    [one] 1 change has not been sent yet. It stays here, encrypted, and is sent when you sign in again.
   *[other] { $n } changes have not been sent yet. They stay here, encrypted, and are sent when you sign in again.
}
sign-out-nothing-unsent = Everything has been sent. Your drafts stay here, encrypted.
sign-out-stay = Stay

role-agent = Agent
role-lead = Lead
role-supervisor = Supervisor
role-administrator = Administrator

passphrase-known-title = Your passphrase, please
passphrase-known-lead = Your tickets on this computer are sealed, and the keyring does not answer.

recovery-lead = It opens your tickets on this computer if the keyring is lost. Nobody else has it, and nobody can reset it.
recovery-once = It is shown this one time. Put it on paper or into a password safe.
recovery-copied = Copied
recovery-kept = I have written it down

unlock-lead-passphrase = Your tickets are here, encrypted. The keyring does not answer, so your passphrase opens them.
sign-in-again-hint = Nothing you wrote is lost; it is sent then.
session-lock = Lock
