package io.saddlebag.image;

import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.Executor;

/** Undoes the outermost layer with the keys that there are (X10). Thread-safe. */
public interface Decryption {
    /** Has no keys. */
    Decryption NONE = new Decryption() {
        @Override
        public void require(List<String> layers) throws BackupException {
            for (String layer : layers) {
                if (Layers.isEncryption(layer)) {
                    throw Layers.encrypted();
                }
            }
        }

        @Override
        public InputStream undo(InputStream stored, Executor executor) throws BackupException {
            throw Layers.encrypted();
        }

        @Override
        public Decryption only(String keyId) {
            return this;
        }
    };

    /**
     * Tells before anything is touched whether an image in these layers could be read.
     *
     * @throws BackupException naming the ids of the keys, one of which is wanted
     */
    void require(List<String> layers) throws BackupException;

    /**
     * Nothing is read yet. No byte is handed out that hasn't been authenticated; when the key isn't there, the first read
     * says so.
     *
     * @param executor any, also one that refuses: the reading thread then does the work
     */
    InputStream undo(InputStream stored, Executor executor) throws BackupException;

    /**
     * With no other key than that: what it undoes, this key opens.
     *
     * @param keyId as in the names of layers
     */
    Decryption only(String keyId);

    /** As {@link #undo}, for reading from any place on. Its beginning is read now. */
    default SeekableBytes seek(SeekableBytes stored, Executor executor) throws IOException {
        throw Layers.encrypted();
    }
}
