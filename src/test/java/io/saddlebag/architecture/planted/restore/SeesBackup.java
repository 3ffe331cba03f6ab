package io.saddlebag.architecture.planted.restore;

public class SeesBackup {
    Object cycle() {
        return new io.saddlebag.architecture.planted.backup.SeesRestore();
    }
}
