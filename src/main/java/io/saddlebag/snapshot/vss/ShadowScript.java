package io.saddlebag.snapshot.vss;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What {@code diskshadow -s} is given (Diskshadow, learn.microsoft.com): pure text. Every name in it is checked, since the
 * language's quoting is not documented.
 */
final class ShadowScript {
    static final String ALIAS_PREFIX = "SBG_";
    static final String END_BACKUP = "end backup";

    private static final Pattern GUID = Pattern.compile("\\{[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\\}");
    private static final Pattern VOLUME = Pattern.compile("[A-Z]:");
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.:/\\\\~+=@,-]+");

    private ShadowScript() {}

    /**
     * @param volumes in order of their aliases
     * @param exposed where each is to be seen, an empty folder
     * @param writers ids of those that have to take part
     */
    record Order(List<String> volumes, List<Path> exposed, List<String> writers, Path metadata, Path hold) {}

    /** Makes the set, shows it, waits in {@code hold} while it is copied, and then tells the writers. */
    static List<String> creation(Order order) {
        List<String> lines = new ArrayList<>();
        lines.add("set context persistent");
        lines.add("set metadata " + plain(order.metadata()));
        lines.add("begin backup");
        for (int i = 0; i < order.volumes().size(); i++) {
            lines.add("add volume " + volume(order.volumes().get(i)) + " alias " + ALIAS_PREFIX + i);
        }
        order.writers().forEach(writer -> lines.add("writer verify " + guid(writer)));
        lines.add("create");
        for (int i = 0; i < order.exposed().size(); i++) {
            lines.add(
                    "expose %" + ALIAS_PREFIX + i + "% " + plain(order.exposed().get(i)));
        }
        lines.add("list writers status");
        lines.add("exec " + plain(order.hold()));
        lines.add(END_BACKUP);
        lines.add("exit");
        return lines;
    }

    static List<String> listing() {
        return List.of("list shadows all", "exit");
    }

    static List<String> writers() {
        return List.of("list writers status", "exit");
    }

    /** By id, so that nobody else's are deleted. */
    static List<String> deletion(String set) {
        return List.of("delete shadows set " + guid(set), "exit");
    }

    /**
     * The batch file in which {@code diskshadow} waits: it writes down the ids that it finds in its environment, and then looks
     * each second for word of what to do. "If the script fails, an error is returned and DiskShadow quits" (exec,
     * learn.microsoft.com): then no writer is told that anything was backed up.
     *
     * @param seconds after which it gives up
     */
    static List<String> hold(long seconds) {
        return List.of(
                "@echo off",
                "set " + ALIAS_PREFIX + " > \"%~dp0" + WorkFolder.IDS + ".part\"",
                "set VSS_SHADOW_SET >> \"%~dp0" + WorkFolder.IDS + ".part\"",
                "move /y \"%~dp0" + WorkFolder.IDS + ".part\" \"%~dp0" + WorkFolder.IDS + "\" > nul",
                "for /l %%i in (1,1," + seconds + ") do (",
                "  if exist \"%~dp0" + WorkFolder.ABORT + "\" exit 1",
                "  if exist \"%~dp0" + WorkFolder.CONFIRM + "\" exit 0",
                "  ping -n 2 127.0.0.1 > nul",
                ")",
                "exit 2");
    }

    static boolean isGuid(String text) {
        return GUID.matcher(text).matches();
    }

    static boolean isPlain(Path path) {
        return PLAIN.matcher(path.toString()).matches();
    }

    private static String guid(String text) {
        return checked(isGuid(text), text);
    }

    private static String volume(String text) {
        return checked(VOLUME.matcher(text).matches(), text);
    }

    private static String plain(Path path) {
        return checked(isPlain(path), path.toString());
    }

    private static String checked(boolean good, String text) {
        if (!good) {
            throw new IllegalArgumentException("'" + text + "' can't stand in a script of diskshadow");
        }
        return text;
    }
}
