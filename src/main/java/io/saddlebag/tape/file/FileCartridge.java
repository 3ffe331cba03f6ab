package io.saddlebag.tape.file;

import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A virtual cartridge on disk: {@code NAME.tap} holds the tape, {@code NAME.json} describes it, {@code NAME.lock} is
 * held by the drive that has it loaded (M4).
 */
public record FileCartridge(Path tap) {
    private static final String SUFFIX = ".tap";

    public FileCartridge {
        if (!tap.toString().endsWith(SUFFIX)) {
            throw new IllegalArgumentException(
                    "'" + tap + "' is not the name of a cartridge; valid is a name that ends in " + SUFFIX);
        }
    }

    /** The cartridge of that name in a folder, whether it exists or not. */
    public static FileCartridge in(Path folder, String name) {
        return new FileCartridge(folder.resolve(name + SUFFIX));
    }

    /**
     * Creates a blank cartridge, durably.
     *
     * @throws java.nio.file.FileAlreadyExistsException when there is one; it is left alone
     */
    public static FileCartridge create(Path folder, CartridgeDescription description) throws IOException {
        FileCartridge cartridge = in(folder, description.barcode());
        // the tape first: a description without a tape would be a cartridge that lost its data
        Files.createFile(cartridge.tap);
        new JsonFile(cartridge.json()).publish(description);
        return cartridge;
    }

    /** File name without suffix. */
    public String name() {
        String file = String.valueOf(tap.getFileName());
        return file.substring(0, file.length() - SUFFIX.length());
    }

    /** @throws TapeException {@link TapeFault#NOT_A_CARTRIDGE} when it has none or it can't be understood */
    public CartridgeDescription description() throws IOException {
        try {
            return new JsonFile(json()).read(CartridgeDescription.class);
        } catch (NoSuchFileException e) {
            throw new TapeException(
                    TapeFault.NOT_A_CARTRIDGE,
                    tap + " has no description " + json().getFileName() + " beside it",
                    "Put the description back, or insert another cartridge.",
                    e);
        } catch (JsonFile.MalformedException e) {
            throw new TapeException(
                    TapeFault.NOT_A_CARTRIDGE,
                    "cartridge " + name() + " has a description that can't be read: " + e.getMessage(),
                    "Correct the description; docs/formats/virtual-cartridge.md lists its fields.",
                    e);
        }
    }

    /** Replaces the description, durably. Only for a cartridge that is not loaded. */
    public void describe(CartridgeDescription description) throws IOException {
        new JsonFile(json()).publish(description);
    }

    /** Who has it loaded, in this process or another; empty when it is free. */
    public Optional<String> user() throws IOException {
        Optional<ProcessLock> lock = ProcessLock.tryTake(lockFile());
        if (lock.isEmpty()) {
            return Optional.of(ProcessLock.holder(lockFile()));
        }
        lock.get().close();
        return Optional.empty();
    }

    public Path json() {
        return tap.resolveSibling(name() + ".json");
    }

    Path lockFile() {
        return tap.resolveSibling(name() + ".lock");
    }
}
