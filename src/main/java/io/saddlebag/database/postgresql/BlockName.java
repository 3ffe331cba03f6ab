package io.saddlebag.database.postgresql;

import io.saddlebag.database.BlockFault;
import io.saddlebag.database.BlockRepair.Block;
import io.saddlebag.fault.BackupException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Blocks by the names that the server's messages ({@code block 7 of relation base/16384/16385}) and {@code pg_checksums} ({@code file
 * ".../base/16384/16385.1", block 5}) give them: a file without a number at its end stands for all segments of the relation.
 */
final class BlockName {
    private static final Pattern NAME = Pattern.compile("(?<file>.+):(?<blocks>\\d{1,10}(,\\d{1,10})*)");
    private static final Pattern FILE = Pattern.compile(
            "(global|base/(?<database>\\d+)|pg_tblspc/\\d+/[^/]+/(?<elsewhere>\\d+))/(?<node>\\d+)(?<fork>_[a-z]+)?(?<segment>\\.\\d+)?");

    private final Path data;
    private final ControlData control;

    BlockName(Path data, ControlData control) {
        this.data = data;
        this.control = control;
    }

    List<Block> blocks(String name) throws BackupException {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            throw bad(name, "it is no file and numbers of blocks", "Give such as base/16384/16385:7,9.");
        }
        Path asked = data.resolve(matcher.group("file")).normalize();
        Matcher file = file(asked);
        if (file == null) {
            throw bad(
                    name,
                    asked + " is no file of a relation in " + data,
                    "'select pg_relation_filepath(...)' tells the file of a table or index.");
        }
        if (file.group("fork") != null) {
            throw bad(
                    name,
                    "only blocks of tables and indexes themselves are replaced, not those of a fork",
                    "The free space map and the visibility map are made anew by the server: stop it, remove the file,"
                            + " start it and run VACUUM.");
        }
        Path relation = data.resolve(withoutSegment(asked));
        if (Files.exists(relation.resolveSibling(file.group("node") + "_init"))) {
            throw bad(name, "its relation is unlogged, and in no journal", "Truncate it, or fill it anew.");
        }
        List<Block> blocks = new ArrayList<>();
        for (String each : matcher.group("blocks").split(",")) {
            blocks.add(block(name, asked, file.group("segment") != null, Long.parseLong(each)));
        }
        return blocks;
    }

    private Block block(String name, Path asked, boolean isSegment, long number) throws BackupException {
        long each = control.blocksOfSegment();
        boolean further = !isSegment && number >= each;
        Path file = further ? asked.resolveSibling(asked.getFileName() + "." + number / each) : asked;
        Block block = new Block(file, further ? number % each : number);
        long bytes;
        try {
            bytes = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.size(file) : -1;
        } catch (java.io.IOException unreadable) {
            bytes = -1;
        }
        if (bytes < (block.number() + 1) * control.blockBytes()) {
            throw bad(
                    name,
                    bytes < 0
                            ? "there is no file " + file
                            : file + " has " + bytes / control.blockBytes() + " blocks of " + control.blockBytes()
                                    + " bytes",
                    "Blocks of files that are there are replaced; when a file is lost or cut off, recover the whole"
                            + " database.");
        }
        return block;
    }

    private @org.jspecify.annotations.Nullable Matcher file(Path path) {
        if (!path.startsWith(data)) {
            return null;
        }
        Matcher matcher = FILE.matcher(data.relativize(path).toString());
        return matcher.matches() ? matcher : null;
    }

    /** The number by which programs know the relation. */
    static String fileNode(Path file) {
        String name = file.getFileName().toString();
        int dot = name.indexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    private static Path withoutSegment(Path file) {
        return file.resolveSibling(fileNode(file));
    }

    private static BackupException bad(String name, String why, String hint) {
        return new BackupException(BlockFault.BAD_BLOCK, "'" + name + "' can't be replaced: " + why, hint);
    }
}
