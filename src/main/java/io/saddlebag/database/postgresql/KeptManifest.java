package io.saddlebag.database.postgresql;

import io.saddlebag.database.DatabaseStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The manifest of an earlier copy, in a file without a name: the server is asked only when all of it is here. */
final class KeptManifest implements DatabaseStream.Earlier {
    private final Spool text;

    private KeptManifest(Spool text) {
        this.text = text;
    }

    static KeptManifest of(InputStream manifest) throws IOException {
        Spool text = Spool.open();
        try {
            OutputStream out = text.output();
            manifest.transferTo(out);
            out.flush();
            return new KeptManifest(text);
        } catch (IOException | RuntimeException e) {
            text.close();
            throw e;
        }
    }

    InputStream input() {
        return text.input(0);
    }

    @Override
    public void close() throws IOException {
        text.close();
    }
}
