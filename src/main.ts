// The command where it runs as TypeScript. Where it is built, bin.cts runs it.
import { run } from './command.ts'

void run()
