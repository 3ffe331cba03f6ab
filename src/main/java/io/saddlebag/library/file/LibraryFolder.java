package io.saddlebag.library.file;

import io.saddlebag.library.Barcode;
import io.saddlebag.library.LibraryException;
import io.saddlebag.library.LibraryFault;
import io.saddlebag.tape.file.CartridgeDescription;
import io.saddlebag.tape.file.FileCartridge;
import io.saddlebag.tape.file.JsonFile;
import io.saddlebag.tape.file.ProcessLock;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** The files of a virtual library, and their locks. */
record LibraryFolder(Path root) {
    private static final String DESCRIPTION = "library.json";
    private static final String CARTRIDGES = "cartridges";

    boolean hasLibrary() {
        return Files.exists(root.resolve(DESCRIPTION));
    }

    /** Creates folders and blank cartridges, then the description: without it, it is no library yet. */
    void create(NewLibrary plan) throws IOException {
        Files.createDirectories(root.resolve(CARTRIDGES));
        for (Barcode barcode : plan.barcodes()) {
            create(barcode, plan);
        }
        JsonFile.synchroniseFolder(root.resolve(CARTRIDGES));
        JsonFile.synchroniseFolder(root);
        description().publish(LibraryDescription.of(plan));
    }

    void create(Barcode barcode, NewLibrary plan) throws IOException {
        long capacity = plan.capacity().bytes();
        long warning = capacity - plan.afterWarning().bytes();
        CartridgeDescription blank = CartridgeDescription.blank(barcode.value(), capacity, warning);
        try {
            FileCartridge.create(root.resolve(CARTRIDGES), blank);
        } catch (FileAlreadyExistsException e) {
            FileCartridge there = cartridge(barcode);
            // a blank one is left over from a creation that did not end
            if (Files.size(there.tap()) > 0) {
                throw new LibraryException(
                        LibraryFault.BARCODE_IN_USE,
                        there.tap() + " exists and is not blank",
                        "Choose another barcode prefix, or move that file away.",
                        e);
            }
            there.describe(blank);
        }
    }

    LibraryDescription read() throws LibraryException {
        try {
            return description().read(LibraryDescription.class);
        } catch (NoSuchFileException e) {
            throw bad("there is no library in " + root, "Create it first, or correct the path.", e);
        } catch (JsonFile.MalformedException e) {
            throw bad(
                    String.valueOf(e.getMessage()),
                    "Correct the file; docs/formats/virtual-library.md lists its fields.",
                    e);
        } catch (IOException e) {
            throw bad(
                    root.resolve(DESCRIPTION) + " can't be read: " + e.getMessage(),
                    "Check the disk and the rights of this file.",
                    e);
        }
    }

    void publish(LibraryDescription description) throws LibraryException {
        try {
            description().publish(description);
        } catch (IOException e) {
            throw new LibraryException(
                    LibraryFault.ROBOT_ERROR,
                    root.resolve(DESCRIPTION) + " can't be written: " + e.getMessage(),
                    "Check the disk and the rights of this folder, then read the inventory.",
                    e);
        }
    }

    /** Waits for the right to change this library. */
    ProcessLock lock() throws IOException {
        try {
            return ProcessLock.take(root.resolve("library.lock"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LibraryException(
                    LibraryFault.IN_USE,
                    "was asked to stop while waiting for library " + root,
                    "Repeat the operation.",
                    e);
        }
    }

    Path driveLock(int drive) {
        return root.resolve("drive-" + drive + ".lock");
    }

    FileCartridge cartridge(Barcode barcode) {
        return FileCartridge.in(root.resolve(CARTRIDGES), barcode.value());
    }

    /** All cartridge files, in an element or not. */
    Set<Barcode> cartridges() throws IOException {
        Set<Barcode> found = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(root.resolve(CARTRIDGES), "*.tap")) {
            for (Path file : files) {
                String name = new FileCartridge(file).name();
                if (isBarcode(name)) {
                    found.add(new Barcode(name));
                }
            }
        }
        return found;
    }

    private JsonFile description() {
        return new JsonFile(root.resolve(DESCRIPTION));
    }

    private static boolean isBarcode(String name) {
        try {
            LibraryDescription.requireFileName(name);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static LibraryException bad(String what, String hint, IOException cause) {
        return new LibraryException(LibraryFault.BAD_LIBRARY, what, hint, cause);
    }
}
