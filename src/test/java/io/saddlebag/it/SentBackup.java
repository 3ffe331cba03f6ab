package io.saddlebag.it;

import io.saddlebag.image.ByteString;
import io.saddlebag.image.ImageMember;
import io.saddlebag.image.MemberAttributes;
import io.saddlebag.image.MemberTimes;
import io.saddlebag.image.Owner;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A base backup as a real server sends it, of everything or of what changed since another one, taken with nothing of the product's
 * (PostgreSQL, "Streaming Replication Protocol", {@code BASE_BACKUP}, {@code UPLOAD_MANIFEST}). For servers that trust whoever connects.
 *
 * @param members with the paths that they have on the server
 * @param manifest a file with it, as sent
 * @param start place in the log and timeline
 * @param end as start
 */
record SentBackup(List<ImageMember> members, Path manifest, List<String> start, List<String> end) {
    private static final int PROTOCOL_3 = 196_608;
    private static final int BUFFER_BYTES = 1 << 17;

    /**
     * @param data the server's data directory
     * @param parent a manifest; null for everything
     * @param spool folder for what comes
     */
    static SentBackup take(int port, Path data, @Nullable Path parent, Path spool) throws IOException {
        try (Connection server = new Connection(port)) {
            if (parent != null) {
                server.upload(Files.readAllBytes(parent));
            }
            return server.backup(data, parent != null, Files.createDirectories(spool));
        }
    }

    private static final class Connection implements AutoCloseable {
        private final Socket socket;
        private final DataInputStream in;
        private final DataOutputStream out;

        Connection(int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES));
            out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES));
            byte[] parameters = "user\0postgres\0replication\0true\0\0".getBytes(StandardCharsets.UTF_8);
            out.writeInt(2 * Integer.BYTES + parameters.length);
            out.writeInt(PROTOCOL_3);
            out.write(parameters);
            out.flush();
            await('Z');
        }

        private void send(char type, byte[] content) throws IOException {
            out.writeByte(type);
            out.writeInt(Integer.BYTES + content.length);
            out.write(content);
            out.flush();
        }

        private void query(String command) throws IOException {
            send('Q', (command + "\0").getBytes(StandardCharsets.UTF_8));
        }

        private int type;

        private byte[] next() throws IOException {
            type = in.readUnsignedByte();
            byte[] message = new byte[in.readInt() - Integer.BYTES];
            in.readFully(message);
            if (type == 'E') {
                throw new IOException(text(message).replace('\0', ' '));
            }
            return message;
        }

        private void await(char wanted) throws IOException {
            do {
                next();
            } while (type != wanted);
        }

        void upload(byte[] manifest) throws IOException {
            query("UPLOAD_MANIFEST");
            await('G');
            send('d', manifest);
            send('c', new byte[0]);
            await('Z');
        }

        SentBackup backup(Path data, boolean incremental, Path spool) throws IOException {
            query(
                    "BASE_BACKUP (LABEL 'sent', CHECKPOINT 'fast', WAL true, WAIT false, MANIFEST 'yes', TABLESPACE_MAP true"
                            + (incremental ? ", INCREMENTAL true)" : ")"));
            Map<String, Path> places = new LinkedHashMap<>();
            places.put("base.tar", data);
            Map<String, Path> archives = new LinkedHashMap<>();
            OutputStream to = OutputStream.nullOutputStream();
            String current = "";
            List<List<String>> bounds = new ArrayList<>();
            do {
                byte[] message = next();
                if (type == 'D') {
                    List<String> row = row(message);
                    if (row.size() == 2) {
                        bounds.add(row);
                    } else if (row.size() == 3 && !row.get(1).isEmpty()) {
                        places.put(row.get(0) + ".tar", Path.of(row.get(1)));
                    }
                } else if (type == 'd' && message[0] == 'd') {
                    to.write(message, 1, message.length - 1);
                } else if (type == 'd' && (message[0] == 'n' || message[0] == 'm')) {
                    to.close();
                    current = message[0] == 'm'
                            ? "manifest"
                            : text(message).substring(1).split("\0", 2)[0];
                    archives.put(current, spool.resolve(current));
                    to = new BufferedOutputStream(Files.newOutputStream(archives.get(current)));
                }
            } while (type != 'Z');
            to.close();
            Path manifest = archives.remove("manifest");
            List<ImageMember> members = new ArrayList<>();
            for (Map.Entry<String, Path> each : archives.entrySet()) {
                unpack(each.getValue(), places.get(each.getKey()), spool.resolve(each.getKey() + ".files"), members);
            }
            ImageMember first = members.get(0);
            members.add(ImageMember.file(
                    ImageMember.pathOf(data.resolve("backup_manifest").toString()),
                    MemberAttributes.of(
                            0600, first.attributes().owner(), first.attributes().times()),
                    Files.size(manifest),
                    () -> Files.newInputStream(manifest)));
            return new SentBackup(members, manifest, bounds.get(0), bounds.get(bounds.size() - 1));
        }

        private static List<String> row(byte[] message) throws IOException {
            List<String> row = new ArrayList<>();
            try (DataInputStream columns = new DataInputStream(new java.io.ByteArrayInputStream(message))) {
                for (int left = columns.readUnsignedShort(); left > 0; left--) {
                    int length = columns.readInt();
                    row.add(length < 0 ? "" : text(columns.readNBytes(length)));
                }
            }
            return row;
        }

        private static String text(byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        private static void unpack(Path archive, Path place, Path files, List<ImageMember> members) throws IOException {
            Files.createDirectories(files);
            int number = 0;
            boolean top = false;
            try (TarArchiveInputStream tar =
                    new TarArchiveInputStream(new BufferedInputStream(Files.newInputStream(archive), BUFFER_BYTES))) {
                for (TarArchiveEntry each = tar.getNextEntry(); each != null; each = tar.getNextEntry()) {
                    MemberAttributes attributes = attributes(each);
                    if (!top) {
                        members.add(ImageMember.directory(
                                ImageMember.pathOf(place.toString()),
                                MemberAttributes.of(0700, attributes.owner(), attributes.times())));
                        top = true;
                    }
                    String name = place + "/" + each.getName().replaceAll("^(\\./)+|/+$", "");
                    ByteString path = ImageMember.pathOf(name.replaceAll("/+$", ""));
                    if (each.isDirectory()) {
                        if (!name.equals(place + "/") && !name.equals(place + "/.")) {
                            members.add(ImageMember.directory(path, attributes));
                        }
                    } else {
                        Path file = files.resolve(Integer.toString(number++));
                        Files.copy(tar, file);
                        members.add(
                                ImageMember.file(path, attributes, Files.size(file), () -> Files.newInputStream(file)));
                    }
                }
            }
        }

        private static MemberAttributes attributes(TarArchiveEntry entry) {
            return MemberAttributes.of(
                    entry.getMode() & 07777,
                    new Owner(entry.getLongUserId(), entry.getLongGroupId(), "", ""),
                    MemberTimes.modified(entry.getLastModifiedTime().toInstant()));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
