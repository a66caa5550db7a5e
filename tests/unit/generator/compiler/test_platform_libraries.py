"""React and Fluent UI are the platform's: a virtual control links to them and has none of them in its bundle."""

import pytest
from pcf_generator.compiler.platform_libraries import globals_of
from pcf_generator.ports.compiler import CompileFault

REACT = '<platform-library name="React" version="16.14.0" />'
FLUENT_9 = '<platform-library name="Fluent" version="9.46.2" />'
FLUENT_8 = '<platform-library name="Fluent" version="8.121.1" />'
VIEW = """\
import * as React from "react";
import { Slider, SliderProps } from "@fluentui/react-components";

export interface DialViewProps {
    value: number;
    onTurn(value: number): void;
}

export const DialView: React.FC<DialViewProps> = ({ value, onTurn }) => {
    const [shown, setShown] = React.useState(value);
    const turn: SliderProps["onChange"] = (_event: unknown, data: { value: number }) => {
        setShown(data.value);
        onTurn(data.value);
    };
    return (
        <label>
            <Slider value={shown} onChange={turn} />
            {shown}
        </label>
    );
};
"""
CODE = """\
import * as React from "react";
import { IInputs, IOutputs } from "./generated/ManifestTypes";
import { DialView } from "./DialView";

export class Dial implements ComponentFramework.ReactControl<IInputs, IOutputs> {
    private value?: number;
    private tell: () => void;
    public init(context: ComponentFramework.Context<IInputs>, notifyOutputChanged: () => void): void {
        this.tell = notifyOutputChanged;
    }
    public updateView(context: ComponentFramework.Context<IInputs>): React.ReactElement {
        const onTurn = (value: number): void => {
            this.value = value;
            this.tell();
        };
        return <DialView value={context.parameters.value.raw ?? 0} onTurn={onTurn} />;
    }
    public getOutputs(): IOutputs {
        return { value: this.value };
    }
    public destroy(): void {}
}
"""


def virtual(control, libraries=REACT + FLUENT_9, *, code=CODE, view=VIEW):
    entry = "import { Dial } from './Dial';\nexport { Dial };\n"
    files = {"Dial/index.ts": entry, "Dial/Dial.tsx": code, "Dial/DialView.tsx": view}
    return control(files, kind="virtual", libraries=libraries)


async def test_a_virtual_control_uses_the_platform_s_copies(compiler_with, control):
    script = await compiler_with()(virtual(control))
    assert "=Reactv16" in script
    assert "=FluentUIReactv940" in script
    assert ".createElement(" in script
    assert len(script) < 2500


async def test_parts_of_fluent_8_are_the_one_variable(compiler_with, control):
    view = VIEW.replace('"@fluentui/react-components"', '"@fluentui/react/lib/Slider"')
    script = await compiler_with()(virtual(control, REACT + FLUENT_8, view=view))
    assert script.count("FluentUIReactv81211") == 1
    assert "require" not in script


async def test_react_is_typed(compiler_with, control):
    with pytest.raises(CompileFault) as caught:
        await compiler_with()(virtual(control, view=VIEW.replace("useState(value)", "useState<string>(value)")))
    assert "Argument of type 'number' is not assignable" in caught.value.messages[0]


async def test_a_virtual_control_must_give_elements(compiler_with, control):
    with pytest.raises(CompileFault) as caught:
        await compiler_with()(control(kind="virtual", libraries=REACT))
    assert "updateView" in caught.value.messages[0]


@pytest.mark.parametrize(
    ("libraries", "line"),
    [
        ("", 'import * as React from "react";'),
        (FLUENT_9, 'import * as React from "react";'),
        (REACT + FLUENT_9, 'import * as DOM from "react-dom";'),
        (REACT + FLUENT_8, 'import * as Fluent from "@fluentui/react-components";'),
        (REACT + FLUENT_9, 'import * as Fluent from "@fluentui/react/lib/Slider";'),
    ],
)
async def test_a_library_that_the_manifest_does_not_name_is_not_there(compiler_with, control, libraries, line):
    with pytest.raises(CompileFault) as caught:
        await compiler_with()(control(before=f"{line}\n", libraries=libraries))
    assert caught.value.messages[0].startswith("Dial/index.ts(1,")
    assert "is neither in the project nor among the platform's libraries it names" in caught.value.messages[0]


async def test_the_automatic_runtime_of_jsx_is_not_the_platform_s(compiler_with, control):
    tree = control(before='import { jsx } from "react/jsx-runtime";\nvoid jsx;\n', libraries=REACT)
    with pytest.raises(CompileFault):
        await compiler_with()(tree)


@pytest.mark.parametrize(
    ("name", "version", "module", "variable"),
    [
        ("react", "16.8.6", "react", "Reactv16"),
        ("react", "16.14.0", "react", "Reactv16"),
        ("fluent", "8.29.0", "@fluentui/react", "FluentUIReactv8290"),
        ("fluent", "8.29.1", "@fluentui/react", "FluentUIReactv81211"),
        ("fluent", "8.121.1", "@fluentui/react", "FluentUIReactv81211"),
        ("fluent", "9.0.0", "@fluentui/react-components", "FluentUIReactv940"),
        ("fluent", "9.68.0", "@fluentui/react-components", "FluentUIReactv940"),
    ],
)
def test_a_version_has_its_variable(name, version, module, variable):
    assert {module: variable} == globals_of({name: version}, "m.xml")


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("react", "18.3.1"),
        ("react", "17.0.2"),
        ("react", "16.7.0"),
        ("fluent", "9.70.0"),
        ("vue", "3.0.0"),
        ("react", ""),
    ],
)
def test_other_versions_are_refused(name, version):
    with pytest.raises(CompileFault, match=r"m\.xml: error: the platform has no library of that name and version"):
        globals_of({name: version}, "m.xml")
