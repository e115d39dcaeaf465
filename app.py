"""The browser app: ``treatpath app``, or ``streamlit run app.py``."""

if __name__ == "__main__":  # worker processes import this file and must neither draw pages nor load Streamlit
    from sim.ui.frame import main

    main()
