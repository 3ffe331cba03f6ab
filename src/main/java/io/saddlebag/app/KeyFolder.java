package io.saddlebag.app;

import io.saddlebag.age.KeyFault;
import io.saddlebag.app.config.KeyConfig;
import io.saddlebag.fault.BackupException;
import io.saddlebag.key.KeyShelf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Key files in {@code config/keys}: {@code NAME.pub}, and {@code NAME.key} or {@code NAME.password} that nobody else may read. */
final class KeyFolder implements KeyShelf {
    /** Below the home folder. */
    static final String PLACE = "config/keys";

    private static final String PUBLIC = ".pub";
    private static final String IDENTITY = ".key";
    private static final String PASSWORD = ".password";
    private static final long MAX_BYTES = 64 << 10;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwx------");

    private final Path folder;
    private final Map<String, KeyConfig> configured;
    private final UnaryOperator<@Nullable String> environment;

    /** @param environment yields a variable, or null */
    KeyFolder(Path home, Map<String, KeyConfig> configured, UnaryOperator<@Nullable String> environment) {
        this.folder = home.resolve(PLACE);
        this.configured = configured;
        this.environment = environment;
    }

    @Override
    public List<String> names() throws IOException {
        Set<String> names = new TreeSet<>();
        configured.forEach((name, key) -> {
            if (key.passwordEnvironment() != null) {
                names.add(name);
            }
        });
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                files.map(file -> String.valueOf(file.getFileName())).forEach(file -> {
                    for (String suffix : List.of(PUBLIC, IDENTITY, PASSWORD)) {
                        if (file.endsWith(suffix) && !file.startsWith(".")) {
                            names.add(file.substring(0, file.length() - suffix.length()));
                        }
                    }
                });
            }
        }
        return List.copyOf(names);
    }

    @Override
    public Optional<String> recipients(String name) throws IOException {
        return text(folder.resolve(name + PUBLIC));
    }

    @Override
    public Optional<String> identities(String name) throws IOException {
        return secret(folder.resolve(name + IDENTITY));
    }

    @Override
    public Optional<String> password(String name) throws IOException {
        KeyConfig key = configured.get(name);
        String variable = key == null ? null : key.passwordEnvironment();
        if (variable == null) {
            return secret(folder.resolve(name + PASSWORD));
        }
        String value = environment.apply(variable);
        if (value == null) {
            throw new BackupException(
                    KeyFault.UNUSABLE_KEY,
                    "the password of key " + name + " is to be in the environment variable " + variable
                            + ", which is not set",
                    "Set it where this program is started, or put the password into " + folder.resolve(name + PASSWORD)
                            + ".");
        }
        return Optional.of(value);
    }

    @Override
    public boolean isEscrow(String name) {
        KeyConfig key = configured.get(name);
        return key != null && key.escrow();
    }

    @Override
    public void create(String name, String identities, String recipients) throws IOException {
        Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(FOLDER));
        for (String suffix : List.of(PUBLIC, IDENTITY, PASSWORD)) {
            if (Files.exists(folder.resolve(name + suffix))) {
                throw exists(name, null);
            }
        }
        // the secret first: a public key without it would encrypt what nobody can read
        write(name, folder.resolve(name + IDENTITY), identities);
        write(name, folder.resolve(name + PUBLIC), recipients);
        syncNames();
    }

    @Override
    public void publish(String name, String recipients) throws IOException {
        Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(FOLDER));
        Path file = folder.resolve(name + PUBLIC);
        if (!Files.exists(file)) {
            write(name, file, recipients);
            syncNames();
        }
    }

    @Override
    public void forget(String name) throws IOException {
        Files.deleteIfExists(folder.resolve(name + IDENTITY));
        Files.deleteIfExists(folder.resolve(name + PASSWORD));
        syncNames();
    }

    private void syncNames() throws IOException {
        try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    private static void write(String name, Path file, String text) throws IOException {
        try (FileChannel out = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        } catch (FileAlreadyExistsException e) {
            throw exists(name, e);
        }
    }

    private static BackupException exists(String name, @Nullable Exception cause) {
        return new BackupException(
                KeyFault.KEY_EXISTS,
                "there is a key '" + name + "' already",
                "Take another name: images that were encrypted for that key need it for ever.",
                cause);
    }

    @Override
    public String place(String name) {
        return PLACE + "/" + name;
    }

    private static Optional<String> secret(Path file) throws IOException {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (permissions.stream().anyMatch(each -> !each.name().startsWith("OWNER"))) {
                int mode = ((Integer) Files.getAttribute(file, "unix:mode")) & 07777;
                throw unusable(
                        file,
                        "others may read or change it: its mode is " + String.format(Locale.ROOT, "%04o", mode),
                        "chmod 600 " + file + ", and use another key from now on if others may have seen it.");
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        return text(file);
    }

    private static Optional<String> text(Path file) throws IOException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw unusable(file, "it has more than " + MAX_BYTES + " bytes", "Put one key a line into it.");
            }
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (BackupException e) {
            throw e;
        } catch (IOException e) {
            throw unusable(file, "it can't be read: " + e, "See who may read it, and that it is text.");
        }
    }

    private static BackupException unusable(Path file, String what, String hint) {
        return new BackupException(KeyFault.UNUSABLE_KEY, "key file " + file + " can't be used: " + what, hint);
    }
}
