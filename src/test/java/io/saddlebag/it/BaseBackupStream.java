package io.saddlebag.it;

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

/**
 * What pg_basebackup does, of any version: a base backup over the replication protocol, with its journals, into one tar file
 * (PostgreSQL, "Streaming Replication Protocol", {@code BASE_BACKUP}). For servers that trust whoever connects.
 */
final class BaseBackupStream {
    private static final int PROTOCOL_3 = 196_608;
    private static final String COMMAND = "BASE_BACKUP (LABEL 'bench', CHECKPOINT 'fast', WAL true, WAIT false)";
    private static final int BUFFER_BYTES = 1 << 17;

    private BaseBackupStream() {}

    static void read(int port, Path target) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                DataInputStream in =
                        new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES));
                DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                OutputStream tar = new BufferedOutputStream(Files.newOutputStream(target), BUFFER_BYTES)) {
            byte[] parameters = "user\0postgres\0replication\0true\0\0".getBytes(StandardCharsets.UTF_8);
            out.writeInt(2 * Integer.BYTES + parameters.length);
            out.writeInt(PROTOCOL_3);
            out.write(parameters);
            awaitReady(in, tar);
            byte[] command = (COMMAND + "\0").getBytes(StandardCharsets.UTF_8);
            out.writeByte('Q');
            out.writeInt(Integer.BYTES + command.length);
            out.write(command);
            awaitReady(in, tar);
        }
    }

    private static void awaitReady(DataInputStream in, OutputStream tar) throws IOException {
        while (true) {
            int type = in.readUnsignedByte();
            byte[] message = new byte[in.readInt() - Integer.BYTES];
            in.readFully(message);
            if (type == 'E') {
                throw new IOException(new String(message, StandardCharsets.UTF_8)
                        .replace('\0', ' ')
                        .strip());
            }
            if (type == 'd' && message.length > 0 && message[0] == 'd') {
                tar.write(message, 1, message.length - 1);
            }
            if (type == 'Z') {
                return;
            }
        }
    }
}
