package io.saddlebag.key;

import io.saddlebag.age.Identity;
import io.saddlebag.age.KeyFault;
import io.saddlebag.age.Password;
import io.saddlebag.age.Recipient;
import io.saddlebag.age.X25519Identity;
import io.saddlebag.age.X25519Recipient;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads the texts of keys. Never says what is in them. */
final class KeyTexts {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,31}");

    private final KeyShelf shelf;

    KeyTexts(KeyShelf shelf) {
        this.shelf = shelf;
    }

    static void requireName(String name) {
        if (!NAME.matcher(name).matches() || name.equals(KeyRing.NONE)) {
            throw new IllegalArgumentException("'" + name
                    + "' is no name of a key; valid are 1 to 32 letters, digits, dots, underscores and hyphens");
        }
    }

    /** Whose images the name stands for; empty when there is no such key. */
    List<Recipient> recipients(String name) throws IOException {
        Optional<String> text = shelf.recipients(name);
        if (text.isPresent()) {
            return List.copyOf(lines(name, text.get(), X25519Recipient::parse));
        }
        List<Recipient> recipients = new ArrayList<>();
        for (Identity identity : identities(name)) {
            recipients.add(identity.recipient());
        }
        return recipients;
    }

    /** What opens images here; none when only public keys are here. */
    List<Identity> identities(String name) throws IOException {
        Optional<String> text = shelf.identities(name);
        if (text.isPresent()) {
            return List.copyOf(lines(name, text.get(), X25519Identity::parse));
        }
        Optional<String> password = shelf.password(name);
        if (password.isEmpty()) {
            return List.of();
        }
        String first = password.get().lines().findFirst().orElse("");
        if (first.isEmpty()) {
            throw unusable(name, "the password is empty");
        }
        return List.of(new Password(name, first));
    }

    private <T> List<T> lines(String name, String text, Function<String, T> parser) throws BackupException {
        List<T> keys = new ArrayList<>();
        int number = 0;
        for (String raw : text.lines().toList()) {
            number++;
            String line = raw.strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                keys.add(parser.apply(line));
            } catch (IllegalArgumentException e) {
                throw unusable(name, "line " + number + ": " + e.getMessage());
            }
        }
        if (keys.isEmpty()) {
            throw unusable(name, "there is no key in it");
        }
        return keys;
    }

    private BackupException unusable(String name, String what) {
        return new BackupException(
                KeyFault.UNUSABLE_KEY,
                "key " + name + " in " + shelf.place(name) + " can't be used: " + what,
                "Make it with 'saddlebag key generate', or put there what age-keygen wrote.");
    }
}
