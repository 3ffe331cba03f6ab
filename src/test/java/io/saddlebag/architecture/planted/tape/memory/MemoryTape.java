package io.saddlebag.architecture.planted.tape.memory;

public class MemoryTape {}
