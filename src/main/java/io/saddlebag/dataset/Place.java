package io.saddlebag.dataset;

import io.saddlebag.fault.BackupException;

/**
 * Where something stands in a dataset file.
 *
 * @param line from 1
 * @param column from 1, in characters
 */
record Place(String file, int line, int column) {
    BackupException error(String what, String valid) {
        return new BackupException(DatasetFault.SYNTAX, this + ": " + what, valid);
    }

    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }
}
