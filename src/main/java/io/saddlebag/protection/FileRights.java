package io.saddlebag.protection;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is said of a backup on disk: whose it is, and who may do what with it (M29). Where nothing is said, its files have
 * {@link Protection#DISK_DEFAULT} and belong to whoever writes, and nobody is refused; as on tape.
 *
 * @param owner null where none was said: then whoever writes
 * @param protection null where none was said: then {@link Protection#DISK_DEFAULT}
 */
public record FileRights(@Nullable Owner owner, @Nullable Protection protection) {
    /** Nothing was said. */
    public static final FileRights NONE = new FileRights(null, null);

    static final String OWNER = "owner";
    static final String PROTECTION = "protection";

    /**
     * As they stand in URIs, on command lines and in the configuration.
     *
     * @throws IllegalArgumentException naming the option, its value, and what would be valid
     */
    public static FileRights parse(@Nullable String owner, @Nullable String protection) {
        return new FileRights(
                owner == null ? null : named(OWNER, owner, () -> Owner.parse(owner)),
                protection == null ? null : named(PROTECTION, protection, () -> Protection.parseForDisk(protection)));
    }

    private static <T> T named(String option, String text, Supplier<T> parsed) {
        try {
            return parsed.get();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("option '" + option + "' is '" + text + "'; " + e.getMessage(), e);
        }
    }

    public boolean isSaid() {
        return owner != null || protection != null;
    }

    /** What wasn't said here is as others say. */
    public FileRights or(FileRights others) {
        return new FileRights(
                owner == null ? others.owner : owner, protection == null ? others.protection : protection);
    }

    /** Never null: the default where none was said. */
    public Protection protectionOrDefault() {
        return protection == null ? Protection.DISK_DEFAULT : protection;
    }

    /** For people: {@code belongs to jane with protection S:RWED,O:RE,G,W}. */
    @Override
    public String toString() {
        return "belongs to " + (owner == null ? "whoever writes it" : owner) + " with protection "
                + protectionOrDefault();
    }
}
