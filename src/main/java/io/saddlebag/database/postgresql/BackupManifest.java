package io.saddlebag.database.postgresql;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.saddlebag.image.ByteString;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The {@code backup_manifest} that a server sends behind its copy (PostgreSQL's documentation, "Backup Manifest Format"), and the
 * files that came before, which it is held against. Both are in files without names: memory doesn't grow with their number.
 *
 * <p>The server lists files in the order in which it sends them. Journals are not listed.
 */
final class BackupManifest implements Closeable {
    static final String FILE_NAME = "backup_manifest";

    private static final String JOURNALS = "pg_wal/";
    private static final String OWN_CHECKSUM = "\"Manifest-Checksum\"";
    private static final String ALGORITHM = "SHA256";
    private static final int MOST_LAST_LINE_BYTES = 4096;
    private static final int NEWEST_VERSION = 2;

    private final Spool text;
    private final Spool files;
    private final DataOutputStream came;

    private BackupManifest(Spool text, Spool files) throws IOException {
        this.text = text;
        this.files = files;
        this.came = new DataOutputStream(files.output());
    }

    static BackupManifest open() throws IOException {
        Spool text = Spool.open();
        try {
            return new BackupManifest(text, Spool.open());
        } catch (IOException e) {
            text.close();
            throw e;
        }
    }

    /**
     * A file of the copy has come.
     *
     * @param path in the data directory; of a tablespace's through its link
     */
    void came(byte[] path, long size, String sha256) throws IOException {
        came.writeInt(path.length);
        came.write(path);
        came.writeLong(size);
        came.writeUTF(sha256);
    }

    /** Takes the manifest, to its end. */
    void take(InputStream manifest) throws IOException {
        OutputStream out = text.output();
        manifest.transferTo(out);
        out.flush();
    }

    long bytes() throws IOException {
        return text.bytes();
    }

    InputStream input() {
        return text.input(0);
    }

    /**
     * Whether the manifest is whole, and lists what came.
     *
     * @param system whose it has to be, as far as it says so: PostgreSQL 17 and newer
     * @return what is wrong; null when nothing is
     */
    @Nullable
    String fault(String system) throws IOException {
        came.flush();
        String broken = ownFault();
        if (broken != null) {
            return broken;
        }
        try (JsonParser json = new JsonFactory().createParser(text.input(0));
                DataInputStream rest = new DataInputStream(files.input(0))) {
            return fault(json, new Arrived(rest), system);
        } catch (JsonProcessingException e) {
            return "its manifest can't be read: " + e.getOriginalMessage();
        }
    }

    /** Its last line has a checksum of all that is before. */
    private @Nullable String ownFault() throws IOException {
        long bytes = text.bytes();
        long from = Math.max(0, bytes - MOST_LAST_LINE_BYTES);
        byte[] tail;
        try (InputStream in = text.input(from)) {
            tail = in.readAllBytes();
        }
        String last = new String(tail, StandardCharsets.ISO_8859_1);
        int begin = last.lastIndexOf(OWN_CHECKSUM);
        if (begin < 0) {
            return bytes == 0 ? "there is no manifest" : "its manifest has no end";
        }
        String line = last.substring(begin);
        String digest = sha256(from + begin);
        return line.toLowerCase(Locale.ROOT).contains(digest)
                ? null
                : "its manifest has the checksum " + digest + ", and says " + line.strip();
    }

    private String sha256(long length) throws IOException {
        MessageDigest digest = digest();
        try (InputStream in = text.input(0)) {
            byte[] buffer = new byte[1 << 16];
            long left = length;
            while (left > 0) {
                int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (n < 0) {
                    throw new EOFException("the manifest became shorter");
                }
                digest.update(buffer, 0, n);
                left -= n;
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static @Nullable String fault(JsonParser json, Arrived arrived, String system) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            return "its manifest is no object";
        }
        boolean listed = false;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            if (field.equals("PostgreSQL-Backup-Manifest-Version") && json.getValueAsInt() > NEWEST_VERSION) {
                return "its manifest is of version " + json.getText() + ", and " + NEWEST_VERSION
                        + " is the newest that is known";
            } else if (field.equals("System-Identifier") && !json.getText().equals(system)) {
                return "its manifest is of system " + json.getText() + ", not " + system;
            } else if (field.equals("Files") && value == JsonToken.START_ARRAY) {
                listed = true;
                String fault = faultOfFiles(json, arrived);
                if (fault != null) {
                    return fault;
                }
            } else {
                json.skipChildren();
            }
        }
        return listed ? null : "its manifest lists no files";
    }

    private static @Nullable String faultOfFiles(JsonParser json, Arrived arrived) throws IOException {
        while (json.nextToken() == JsonToken.START_OBJECT) {
            String fault = arrived.faultOf(Listed.read(json));
            if (fault != null) {
                return fault;
            }
        }
        return arrived.faultOfRest();
    }

    @Override
    public void close() throws IOException {
        try (text) {
            files.close();
        }
    }

    /** One that the server says it sent. */
    private record Listed(ByteString path, long size, String algorithm, String checksum) {
        static Listed read(JsonParser json) throws IOException {
            byte[] path = {};
            long size = -1;
            String algorithm = "";
            String checksum = "";
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                json.nextToken();
                switch (field) {
                    case "Path" -> path = json.getText().getBytes(StandardCharsets.UTF_8);
                    // what isn't UTF-8
                    case "Encoded-Path" -> path = decoded(json.getText());
                    case "Size" -> size = json.getValueAsLong();
                    case "Checksum-Algorithm" -> algorithm = json.getText();
                    case "Checksum" -> checksum = json.getText().toLowerCase(Locale.ROOT);
                    default -> json.skipChildren();
                }
            }
            return new Listed(ByteString.copyOf(path), size, algorithm, checksum);
        }

        private static byte[] decoded(String hex) throws IOException {
            try {
                return HexFormat.of().parseHex(hex);
            } catch (IllegalArgumentException e) {
                throw new IOException("the manifest has the path " + hex, e);
            }
        }
    }

    /** What came, in that order. */
    private static final class Arrived {
        private final DataInputStream rest;
        private byte[] path = {};
        private long size;
        private String sha256 = "";

        Arrived(DataInputStream rest) {
            this.rest = rest;
        }

        private boolean next() throws IOException {
            int length;
            try {
                length = rest.readInt();
            } catch (EOFException none) {
                return false;
            }
            path = rest.readNBytes(length);
            size = rest.readLong();
            sha256 = rest.readUTF();
            return true;
        }

        private boolean isJournal() {
            byte[] folder = JOURNALS.getBytes(StandardCharsets.US_ASCII);
            return path.length > folder.length && Arrays.equals(path, 0, folder.length, folder, 0, folder.length);
        }

        @Nullable
        String faultOf(Listed listed) throws IOException {
            while (next()) {
                if (listed.path().equals(ByteString.copyOf(path))) {
                    return faultOfSame(listed);
                }
                if (!isJournal()) {
                    return shown(path) + " came, and its manifest says that "
                            + shown(listed.path().toBytes()) + " was sent";
                }
            }
            return shown(listed.path().toBytes()) + " is in its manifest, and didn't come";
        }

        private @Nullable String faultOfSame(Listed listed) {
            if (!listed.algorithm().equals(ALGORITHM)) {
                return "its manifest has no " + ALGORITHM + " of " + shown(path);
            }
            if (listed.size() != size || !listed.checksum().equals(sha256)) {
                return shown(path) + " came with " + size + " bytes and checksum " + sha256 + ", and was sent with "
                        + listed.size() + " and " + listed.checksum();
            }
            return null;
        }

        @Nullable
        String faultOfRest() throws IOException {
            while (next()) {
                if (!isJournal()) {
                    return shown(path) + " came, and isn't in its manifest";
                }
            }
            return null;
        }

        private static String shown(byte[] path) {
            return StandardCharsets.UTF_8.decode(ByteBuffer.wrap(path)).toString();
        }
    }
}
