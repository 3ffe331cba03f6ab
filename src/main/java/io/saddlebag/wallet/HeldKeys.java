package io.saddlebag.wallet;

import io.saddlebag.fault.BackupException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keys that are here only while somebody has opened what holds them. Looked at anew each time. Thread-safe. */
public interface HeldKeys {
    /** There is nothing to open. */
    HeldKeys NONE = new HeldKeys() {
        @Override
        public Held held() {
            return new Held(List.of(), null);
        }

        @Override
        public List<Entry> index() {
            return List.of();
        }
    };

    /**
     * Opens it when a passphrase is where the configuration says.
     *
     * @throws BackupException when it is damaged, that passphrase is wrong, or others may read what nobody else shall
     */
    Held held() throws BackupException;

    /** What should be in it, whether it is open or not. Not authenticated: for messages, never to decide what is safe. */
    List<Entry> index() throws BackupException;

    /**
     * What is open.
     *
     * @param closed why it isn't; null when it is open, or isn't there
     */
    record Held(List<WalletKey> keys, @Nullable String closed) {
        public Held {
            keys = List.copyOf(keys);
        }
    }

    /** What everybody may know of a key. */
    record Entry(String name, List<String> keyIds) {
        public Entry {
            keyIds = List.copyOf(keyIds);
        }
    }
}
