package io.saddlebag.architecture.planted.fault;

public class Fault {}
