package io.saddlebag.protection;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What each {@link UserClass} may do: {@code S:RWED,O:RE,G,W} (M29). Equal protections print the same.
 *
 * @param rights of every class; an empty set for none
 */
public record Protection(Map<UserClass, Set<Access>> rights) {
    /** Of backups on disk that say nothing. */
    public static final Protection DISK_DEFAULT = parse("S:RWED,O:RE,G,W");
    /** Of volumes that say nothing: as on disk, but tapes know reading and writing only. */
    public static final Protection TAPE_DEFAULT = DISK_DEFAULT.onTape();

    private static final int POSIX_READ = 4;
    private static final int POSIX_WRITE = 2;
    private static final int POSIX_EXECUTE = 1;

    public Protection {
        Map<UserClass, Set<Access>> all = new EnumMap<>(UserClass.class);
        for (UserClass each : UserClass.values()) {
            Set<Access> may = EnumSet.noneOf(Access.class);
            may.addAll(rights.getOrDefault(each, Set.of()));
            all.put(each, Collections.unmodifiableSet(may));
        }
        rights = Collections.unmodifiableMap(all);
    }

    /** For a backup on disk: classes that are left out have what {@link #DISK_DEFAULT} gives them. */
    public static Protection parseForDisk(String text) {
        return parse(text, DISK_DEFAULT);
    }

    /** For a volume: as {@link #onTape()} makes it; classes that are left out have what {@link #TAPE_DEFAULT} gives them. */
    public static Protection parseForTape(String text) {
        return parse(text, TAPE_DEFAULT).onTape();
    }

    /** All classes have to be named. */
    private static Protection parse(String text) {
        return parse(text, new Protection(Map.of()));
    }

    private static Protection parse(String text, Protection others) {
        String list = text.strip();
        if (list.startsWith("(") && list.endsWith(")")) {
            list = list.substring(1, list.length() - 1);
        }
        Map<UserClass, Set<Access>> rights = new EnumMap<>(others.rights);
        Set<UserClass> seen = EnumSet.noneOf(UserClass.class);
        for (String part : list.split(",", -1)) {
            String[] pair = part.strip().split("\\s*[:=]\\s*", 2);
            UserClass who = userClass(pair[0], text);
            if (!seen.add(who)) {
                throw malformed(text, who.letter() + " stands in it twice");
            }
            rights.put(who, pair.length == 1 ? Set.of() : accesses(pair[1], text));
        }
        return new Protection(rights);
    }

    /**
     * As a tape has it: nothing is executed or deleted there, the system always reads and writes, and a class may do all that
     * the less restricted classes may: {@code (S,O,G:W,W:R)} is {@code S:RW,O:RW,G:RW,W:R}.
     */
    public Protection onTape() {
        Map<UserClass, Set<Access>> tape = new EnumMap<>(UserClass.class);
        Set<Access> soFar = EnumSet.noneOf(Access.class);
        for (UserClass who : new UserClass[] {UserClass.WORLD, UserClass.GROUP, UserClass.OWNER, UserClass.SYSTEM}) {
            soFar.addAll(rights.get(who));
            soFar.retainAll(EnumSet.of(Access.READ, Access.WRITE));
            tape.put(who, EnumSet.copyOf(soFar));
        }
        tape.put(UserClass.SYSTEM, EnumSet.of(Access.READ, Access.WRITE));
        return new Protection(tape);
    }

    public boolean allows(UserClass who, Access what) {
        return rights.getOrDefault(who, Set.of()).contains(what);
    }

    /**
     * The permission bits of a file: owner, group and world as they are; what the system may is root's anyway, and deleting is
     * the folder's business.
     */
    public int fileMode() {
        return bits(UserClass.OWNER) << 6 | bits(UserClass.GROUP) << 3 | bits(UserClass.WORLD);
    }

    private int bits(UserClass who) {
        return (allows(who, Access.READ) ? POSIX_READ : 0)
                | (allows(who, Access.WRITE) ? POSIX_WRITE : 0)
                | (allows(who, Access.EXECUTE) ? POSIX_EXECUTE : 0);
    }

    /** {@code S:RW,O:R,G,W}. */
    @Override
    public String toString() {
        return Arrays.stream(UserClass.values())
                .map(who -> {
                    String may = rights.getOrDefault(who, Set.of()).stream()
                            .map(a -> String.valueOf(a.letter()))
                            .collect(Collectors.joining());
                    return may.isEmpty() ? who.letter() : who.letter() + ":" + may;
                })
                .collect(Collectors.joining(","));
    }

    private static UserClass userClass(String name, String text) {
        String upper = name.toUpperCase(Locale.ROOT);
        return Arrays.stream(UserClass.values())
                .filter(c -> upper.equals(c.letter()) || upper.equals(c.name()))
                .findFirst()
                .orElseThrow(() -> malformed(text, "'" + name + "' is no class of users"));
    }

    private static Set<Access> accesses(String letters, String text) {
        Set<Access> may = EnumSet.noneOf(Access.class);
        for (char letter : letters.toUpperCase(Locale.ROOT).toCharArray()) {
            may.add(Arrays.stream(Access.values())
                    .filter(a -> a.letter() == letter)
                    .findFirst()
                    .orElseThrow(() -> malformed(text, "'" + letter + "' is no access")));
        }
        return may;
    }

    private static IllegalArgumentException malformed(String text, String why) {
        return new IllegalArgumentException("'" + text + "' is not a protection: " + why
                + "; valid are S, O, G, W with any of R, W, E, D, as in (S:RWED,O:RE,G,W)");
    }
}
