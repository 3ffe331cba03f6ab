package io.saddlebag.wallet;

import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What an open wallet is: its keys in the clear, in files that only the user of this process may read. Each says of which state
 * of the wallet it is a copy; one of another state doesn't count.
 */
final class OpenedCopies {
    private static final String OF = "# opened from sha256 ";
    private static final int DIGEST_DIGITS = 64;

    /** Two states, while the wallet goes from one to the other. */
    private static final int MAX_HEAD_LINES = 2;

    private static final int MAX_BYTES = WalletText.MAX_BYTES + MAX_HEAD_LINES * (OF.length() + DIGEST_DIGITS + 1);

    private final HostFiles files;
    private final SecretFile secrets;
    private final List<Path> places;

    /** @param places where copies may be */
    OpenedCopies(HostFiles files, SecretFile secrets, List<Path> places) {
        this.files = files;
        this.secrets = secrets;
        this.places = List.copyOf(places);
    }

    /** Where there is one, of whatever state. */
    List<Path> there() throws IOException {
        List<Path> there = new ArrayList<>();
        for (Path place : places) {
            if (files.exists(place)) {
                there.add(place);
            }
        }
        return there;
    }

    /** The copy in that place if it is one of that state. */
    Optional<List<WalletKey>> keys(Path place, String digest) throws IOException {
        Optional<byte[]> read = secrets.read(place, MAX_BYTES, SecretFile.Guarded.BY_MODE);
        if (read.isEmpty()) {
            return Optional.empty();
        }
        byte[] plain = read.get();
        try {
            return states(plain).contains(digest) ? Optional.of(WalletText.parse(plain)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            // a copy that can't be read is none
            return Optional.empty();
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    private static Set<String> states(byte[] plain) {
        Set<String> states = new HashSet<>();
        int line = OF.length() + DIGEST_DIGITS + 1;
        for (int i = 0; i < MAX_HEAD_LINES && plain.length >= (i + 1) * line; i++) {
            String text = new String(plain, i * line, line, StandardCharsets.ISO_8859_1);
            if (text.startsWith(OF)) {
                states.add(text.substring(OF.length()).strip());
            }
        }
        return states;
    }

    /** Puts a copy there, in the place of one that is. */
    void write(Path place, List<WalletKey> keys, List<String> digests) throws IOException {
        StringBuilder head = new StringBuilder();
        digests.stream().distinct().forEach(each -> head.append(OF).append(each).append('\n'));
        byte[] plain = WalletText.format(keys);
        try (NewFile copy = files.create(place)) {
            copy.setMode(0600);
            write(copy, head.toString().getBytes(StandardCharsets.US_ASCII));
            write(copy, plain);
            copy.replace();
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
        files.syncFolder(folder(place));
    }

    private static void write(NewFile to, byte[] bytes) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
            to.channel().write(rest);
        }
    }

    /** Removes all copies. */
    void remove() throws IOException {
        removeLeftovers();
        for (Path place : there()) {
            files.delete(place);
            files.syncFolder(folder(place));
        }
    }

    /** Removes what a dead process left beside them. */
    void removeLeftovers() throws IOException {
        for (Path place : places) {
            removeLeftovers(files, folder(place));
        }
    }

    static void removeLeftovers(HostFiles files, Path folder) throws IOException {
        if (!files.exists(folder)) {
            return;
        }
        for (Path each : files.list(folder)) {
            if (String.valueOf(each.getFileName()).startsWith(HostFiles.UNDER_WAY)) {
                files.delete(each);
            }
        }
    }

    private static Path folder(Path place) {
        return Objects.requireNonNull(place.getParent());
    }
}
