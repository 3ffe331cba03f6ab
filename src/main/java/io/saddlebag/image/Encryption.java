package io.saddlebag.image;

import java.io.InputStream;
import java.util.List;
import java.util.concurrent.Executor;

/** Makes the outermost layer, which nobody reads without a key (X10). Thread-safe; each image gets a key of its own. */
public interface Encryption {
    Encryption NONE = new Encryption() {
        @Override
        public List<String> layers() {
            return List.of();
        }

        @Override
        public InputStream apply(InputStream plain, Executor executor) {
            return plain;
        }
    };

    /** What labels call the layer, with the ids of the keys that open it, {@code [age+1f0c22ab]}; empty for none. */
    List<String> layers();

    /** What whoever asked for it should know; empty as a rule. */
    default List<String> warnings() {
        return List.of();
    }

    /**
     * @param plain read by the thread that reads what is returned, and closed with it
     * @param executor any, also one that refuses: the reading thread then does the work
     */
    InputStream apply(InputStream plain, Executor executor);
}
