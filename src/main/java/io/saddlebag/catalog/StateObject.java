package io.saddlebag.catalog;

/**
 * An object of a state.
 *
 * @param backup the backup that holds it
 */
public record StateObject(BackupId backup, ObjectEntry object) {
    /** Behind the last slash of its path. */
    public String name() {
        String path = object.path();
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
